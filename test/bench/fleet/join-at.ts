import { runCli } from '../../../src/cli/program.ts';
import { watchStages } from '../scan/stages.ts';

/** The command line as the image runs it (`main.ts`), at the time of the generated fleet. Its stages go out with its usage. */
Reflect.set(globalThis, 'benchStages', watchStages());
const at = Date.parse(process.env['BENCH_NOW'] ?? '');
const started = Date.now();
process.exitCode = await runCli(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  stdout: { write: (text) => void process.stdout.write(text), isTerminal: false },
  stderr: { write: (text) => void process.stderr.write(text), isTerminal: false },
  now: () => new Date(at + Date.now() - started),
  signal: new AbortController().signal,
  signalNumber: () => undefined,
  loadPorts: async () => (await import('../../../src/run/wire.ts')).wirePorts(),
});
