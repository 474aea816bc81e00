import type { CliIo } from '../../src/cli/io.ts';
import { runCli } from '../../src/cli/program.ts';
import { wirePorts } from '../../src/run/wire.ts';

export interface WiredRun {
  readonly env?: Readonly<Record<string, string>>;
  readonly now: () => Date;
}

/** A whole command line in this process, with the real clients and short waits between tries. */
export async function runWired(argv: readonly string[], { env = {}, now }: WiredRun) {
  const out: string[] = [];
  const err: string[] = [];
  const io: CliIo = {
    env,
    cwd: process.cwd(),
    stdout: { write: (text) => void out.push(text), isTerminal: false },
    stderr: { write: (text) => void err.push(text), isTerminal: false },
    now,
    signal: new AbortController().signal,
    signalNumber: () => undefined,
    loadPorts: async () => wirePorts({ retry: { retries: 1, baseMs: 5, maxMs: 20 } }),
  };
  const code = await runCli(argv, io);
  return { code, stdout: out.join(''), stderr: err.join('') };
}
