import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { until } from '../cluster/exec.ts';

export interface Replica {
  readonly url: string;
  /** What it logged so far. */
  readonly log: () => string;
  kill(signal: NodeJS.Signals): void;
  readonly exited: Promise<unknown>;
}

/** `strandline serve` as a process of its own, on a port of loopback. */
export async function startReplica(configFile: string, port: number): Promise<Replica> {
  const main = join(import.meta.dirname, '../../../src/main.ts');
  const env = { ...process.env, STRANDLINE_SERVE__PORT: String(port) };
  const child: ChildProcess = spawn(process.execPath, [main, 'serve', '--config', configFile], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr?.on('data', (chunk) => {
    log += String(chunk);
  });
  const exited = once(child, 'exit');
  const url = `http://127.0.0.1:${port}`;
  await until('the replica listens', async () => {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}: ${log}`);
    return fetch(`${url}/readyz`).then(
      ({ ok }) => ok || undefined,
      () => undefined,
    );
  });
  return { url, log: () => log, kill: (signal) => void child.kill(signal), exited };
}
