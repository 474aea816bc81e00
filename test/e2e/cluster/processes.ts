import { spawn } from 'node:child_process';
import { appendFileSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

interface Started {
  readonly name: string;
  readonly pid: number;
  /** Start time in clock ticks since boot: tells our process from a later one with the same pid. */
  readonly startTicks: string;
}

/** Starts a long-running program and records it in `<stateDir>/pids`, so that even another process can end it. */
export function startProcess(stateDir: string, name: string, command: string, args: readonly string[]): void {
  const log = openSync(join(stateDir, `${name}.log`), 'a');
  const child = spawn(command, args, { cwd: stateDir, detached: true, stdio: ['ignore', log, log] });
  child.on('error', () => {}); // shows as a readiness timeout that names the log
  child.unref();
  if (child.pid === undefined) throw new Error(`could not start ${name}: ${command}`);
  appendFileSync(join(stateDir, 'pids'), `${name} ${child.pid} ${startTicks(child.pid) ?? '?'}\n`);
}

export async function stopProcess(stateDir: string, name: string, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  await stop(
    readStarted(stateDir).filter((one) => one.name === name),
    signal,
  );
}

/** Newest first, each by its recorded pid, with SIGKILL: nothing of theirs is kept, and an API server takes its time. */
export async function stopProcesses(stateDir: string): Promise<void> {
  await stop(readStarted(stateDir).reverse(), 'SIGKILL');
}

async function stop(list: readonly Started[], signal: NodeJS.Signals): Promise<void> {
  const alive = list.filter(isAlive);
  for (const one of alive) sendSignal(one, signal);
  for (let wait = 0; wait < 50 && alive.some(isAlive); wait += 1) await sleep(100);
  for (const one of alive.filter(isAlive)) sendSignal(one, 'SIGKILL');
}

function sendSignal({ pid }: Started, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // ended in between
  }
}

function isAlive({ pid, startTicks: ticks }: Started): boolean {
  return startTicks(pid) === ticks;
}

function readStarted(stateDir: string): Started[] {
  let text: string;
  try {
    text = readFileSync(join(stateDir, 'pids'), 'utf8');
  } catch {
    return [];
  }
  return text
    .trim()
    .split('\n')
    .map((line) => line.split(' '))
    .flatMap(([name, pid, ticks]) => (name && pid && ticks ? [{ name, pid: Number(pid), startTicks: ticks }] : []));
}

/** undefined when there is no such process, or only its zombie. */
export function startTicks(pid: number): string | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ');
    return fields?.[0] === 'Z' ? undefined : fields?.[19];
  } catch {
    return undefined;
  }
}
