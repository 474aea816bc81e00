#!/usr/bin/env node
import { constants } from 'node:os';
import type { CliIo, Screen } from './cli/io.ts';
import { runCli } from './cli/program.ts';

/** Kubernetes gives 30 s between SIGTERM and SIGKILL: what has not ended by then is abandoned a little earlier. */
const abandonAfterMs = 25_000;
/** Idle connections must not keep the process up once everything is done. */
const lingerMs = 1_000;

const abort = new AbortController();
let signalNumber: number | undefined;

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    if (signalNumber !== undefined) process.exit(128 + signalNumber); // the second one forces
    signalNumber = constants.signals[name];
    abort.abort(new DOMException(`ended by ${name}`, 'AbortError'));
    setTimeout(() => process.exit(128 + (signalNumber ?? 0)), abandonAfterMs).unref();
  });
}

const io: CliIo = {
  env: process.env,
  cwd: process.cwd(),
  stdout: toScreen(process.stdout),
  stderr: toScreen(process.stderr),
  now: () => new Date(),
  signal: abort.signal,
  signalNumber: () => signalNumber,
  loadPorts: async () => (await import('./run/wire.ts')).wirePorts(),
};

process.exitCode = await runCli(process.argv.slice(2), io);
setTimeout(() => process.exit(), lingerMs).unref();

/** `| head` closes the pipe: what is left to print is dropped without a word, and the run goes on. */
function toScreen(stream: NodeJS.WriteStream): Screen {
  let isClosed = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    isClosed = true;
  });
  return {
    write: (text) => {
      if (!isClosed) stream.write(text);
    },
    isTerminal: stream.isTTY === true,
    ...(stream.isTTY === true && { columns: stream.columns, stream }),
  };
}
