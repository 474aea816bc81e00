import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { add, type ProcessUsage, watchTree } from './process-tree.ts';
import type { Stages } from './stages.ts';

/** Of the whole process tree. */
export interface Usage extends ProcessUsage, Partial<Stages> {
  readonly wallMs: number;
}

export interface Measured extends Usage {
  readonly stdout: string;
}

type Env = Readonly<Record<string, string>>;

/** Runs a Node program to its end; it tells itself, exactly, what it used. @throws when it ends with another code than 0. */
export async function measure(args: readonly string[], env: Env = {}): Promise<Measured> {
  const usageReporter = join(import.meta.dirname, 'report-usage.mjs');
  const { told, descendants, ...ran } = await run(process.execPath, ['--import', usageReporter, ...args], env);
  const own = JSON.parse(told) as ProcessUsage & Stages;
  return { ...ran, ...own, ...add(own, descendants) };
}

/** Runs any program to its end, and looks at it from outside. @throws when it ends with another code than 0. */
export async function measureOther(command: string, args: readonly string[], env: Env = {}): Promise<Measured> {
  const { root, descendants, wallMs, stdout } = await run(command, args, env, 20);
  return { wallMs, stdout, ...add(root, descendants) };
}

async function run(command: string, args: readonly string[], env: Env, lookEveryMs?: number) {
  const started = performance.now();
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const finish = watchTree(child.pid ?? 0, lookEveryMs);
  const [stdout, stderr, told] = await Promise.all([
    textOf(child.stdio[1]),
    textOf(child.stdio[2]),
    textOf(child.stdio[3] as NodeJS.ReadableStream),
    new Promise((resolve, reject) => child.on('close', resolve).on('error', reject)),
  ]);
  const wallMs = performance.now() - started;
  const tree = finish();
  if (child.exitCode !== 0)
    throw new Error(`${command} ${args.join(' ')} ended with ${child.exitCode}: ${stderr.slice(-2000)}`);
  return { wallMs, stdout, told, ...tree };
}

async function textOf(stream: NodeJS.ReadableStream | null): Promise<string> {
  let text = '';
  for await (const chunk of stream ?? []) text += String(chunk);
  return text;
}
