import { type ChildProcess, spawn } from 'node:child_process';

export interface Program {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts a server program that takes port 0 and logs `address=` (Prometheus and its kin), and waits until it answers.
 * The program chooses the port itself: one chosen here could be taken, or answered by somebody else, before it starts.
 */
export async function startProgram(
  command: string,
  args: readonly string[],
  readyPath: string,
  host = '127.0.0.1',
): Promise<Program> {
  const child = spawn(command, [...args, `--web.listen-address=${host}:0`], { stdio: ['ignore', 'ignore', 'pipe'] });
  try {
    const url = `http://${await addressOf(child)}`;
    await untilReady(`${url}${readyPath}`, child);
    return { url, stop: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw error;
  }
}

/** From its own log. A program that is missing or ends early throws. */
function addressOf(child: ChildProcess): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said = `${said}${chunk}`.slice(-8000);
    const address = /msg="Listening on" address=(\S+)/.exec(said)?.[1];
    if (address !== undefined) resolve(address);
  });
  child.once('error', reject);
  child.once('exit', (code) => reject(new Error(`ended with ${code}: ${said}`)));
  return promise;
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`${url}: ended with ${child.exitCode}`);
    const isReady = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${url}: not ready after 30 s`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}
