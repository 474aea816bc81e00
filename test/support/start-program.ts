import { type ChildProcess, spawn } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';

export interface Program {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a server program on a free port of loopback and waits until it answers. A program that is missing throws. */
export async function startProgram(
  command: string,
  argsFor: (address: string) => readonly string[],
  readyPath: string,
): Promise<Program> {
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(command, argsFor(address), { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = `${said}${chunk}`.slice(-2000);
  });
  const failed = new Promise<never>((_, reject) => child.once('error', reject));
  await Promise.race([failed, untilReady(`http://${address}${readyPath}`, child, () => said)]);
  return { url: `http://${address}`, stop: () => stop(child) };
}

async function untilReady(url: string, child: ChildProcess, said: () => string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}: ${said()}`);
    const isReady = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`not ready after 10 s: ${said()}`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
