import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CliIo } from '../../src/cli/io.ts';
import { runCli } from '../../src/cli/program.ts';
import type { ThroughObjects } from '../../src/history/store.ts';
import type { ScanResult } from '../../src/model/scan-result.ts';
import type { Ports } from '../../src/run/ports.ts';
import { wirePorts } from '../../src/run/wire.ts';
import type { Bench } from './bench.ts';

export const retry = { retries: 3, baseMs: 40, maxMs: 400 } as const;

/** How one attempt of a Job ended. `code` is undefined when the process was killed. */
export interface Attempt {
  readonly runId: string;
  readonly code: number | undefined;
  /** What it left in the output folder; undefined when it came to no result. */
  readonly result: ScanResult | undefined;
  readonly log: string;
  /** The most memory that it held, where it ran apart from the test. */
  readonly peakMb?: number;
}

export interface AttemptOptions {
  readonly runId: string;
  readonly throughObjects?: ThroughObjects | undefined;
  /** The scanner's own clock minus the true time. */
  readonly clockJumpMs?: number;
  /** SIGTERM after so long. */
  readonly terminateAfterMs?: number;
  /** SIGKILL before this write to history. */
  readonly killAt?: number;
  /** The program under test; a broken build hands in a broken port. */
  readonly build?: ((ports: Ports, bench: Bench) => Ports) | undefined;
}

/** In this process; one that is to be killed, as a process of its own. */
export function attemptHere(bench: Bench, options: AttemptOptions): Promise<Attempt> {
  const { runId, killAt } = options;
  return killAt === undefined ? attemptScan(bench, options) : attemptKilled(bench, runId, killAt);
}

/** `strandline scan` as a whole command line, with the real adapters, in the night that it is on the bench. */
async function attemptScan(bench: Bench, options: AttemptOptions): Promise<Attempt> {
  const { runId, throughObjects, clockJumpMs = 0, terminateAfterMs, build = (ports: Ports) => ports } = options;
  const abort = new AbortController();
  const timer = new AbortController();
  const log: string[] = [];
  const io: CliIo = {
    env: { HOME: bench.folder, STRANDLINE_JOB_NAME: runId },
    cwd: bench.folder,
    stdout: { write: (text) => void log.push(text), isTerminal: false },
    stderr: { write: (text) => void log.push(text), isTerminal: false },
    now: () => new Date(bench.now().getTime() + clockJumpMs),
    signal: abort.signal,
    signalNumber: () => (abort.signal.aborted ? 15 : undefined),
    loadPorts: async () => build(wirePorts({ retry, ...(throughObjects && { throughObjects }) }), bench),
  };
  await rm(bench.resultFile, { force: true });
  if (terminateAfterMs !== undefined)
    void sleep(terminateAfterMs, undefined, { signal: timer.signal }).then(
      () => abort.abort(new DOMException('SIGTERM', 'AbortError')),
      () => {},
    );
  const code = await runCli(['scan', '--config', bench.configFile, '--out', join(bench.folder, 'out')], io);
  timer.abort();
  return { runId, code, result: await readResult(bench), log: log.join('') };
}

/** The same as a process of its own, which kills itself before its n-th write to history. */
async function attemptKilled(bench: Bench, runId: string, killAt: number): Promise<Attempt> {
  await rm(bench.resultFile, { force: true });
  const script = join(import.meta.dirname, 'victim.ts');
  const args = [bench.configFile, bench.now().toISOString(), runId, String(killAt), bench.folder];
  // What a killed process leaves among the temporary files goes with the bench.
  const env = { ...process.env, TMPDIR: bench.folder };
  const child = spawn(process.execPath, [script, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      log += chunk.toString();
    });
  const code = await new Promise<number | undefined>((done) =>
    child.on('close', (status) => done(status ?? undefined)),
  );
  return { runId, code, result: code === undefined ? undefined : await readResult(bench), log };
}

export async function readResult({ resultFile }: Bench): Promise<ScanResult | undefined> {
  const text = await readFile(resultFile, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as ScanResult);
}
