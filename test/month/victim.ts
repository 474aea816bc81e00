// One scan as a process of its own that kills itself before its N-th write to history or outbox. Argv: config, the
// time it is, the Job's name, N, the folder to work in. Exits as the scan does when it survives.
import { join } from 'node:path';
import { runCli } from '../../src/cli/program.ts';
import { wirePorts } from '../../src/run/wire.ts';
import { retry } from './attempt.ts';

const [config = '', at = '', runId = '', killAt = '', folder = ''] = process.argv.slice(2);
const startedAtMs = Date.now();
let writes = 0;

const ports = wirePorts({
  retry,
  throughObjects: (objects) => ({
    ...objects,
    putIfAbsent: (key, body) => {
      writes += 1;
      if (writes === Number(killAt)) process.kill(process.pid, 'SIGKILL');
      return objects.putIfAbsent(key, body);
    },
  }),
});

const screen = (stream: NodeJS.WriteStream) => ({
  write: (text: string) => void stream.write(text),
  isTerminal: false,
});

process.exitCode = await runCli(['scan', '--config', config, '--out', join(folder, 'out')], {
  env: { HOME: folder, STRANDLINE_JOB_NAME: runId },
  cwd: folder,
  stdout: screen(process.stdout),
  stderr: screen(process.stderr),
  now: () => new Date(Date.parse(at) + Date.now() - startedAtMs),
  signal: new AbortController().signal,
  signalNumber: () => undefined,
  loadPorts: async () => ports,
});
