import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Stages } from './stages.ts';

export interface Usage extends Partial<Stages> {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakRssBytes: number;
}

/** Runs one program of ours to its end. @throws with its stderr when it ends with another code than 0. */
export async function measure(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Usage & { readonly stdout: string }> {
  const started = performance.now();
  const child = spawn(process.execPath, ['--import', join(import.meta.dirname, 'report-usage.mjs'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const [stdout, stderr, usage] = await Promise.all([
    textOf(child.stdio[1]),
    textOf(child.stdio[2]),
    textOf(child.stdio[3] as NodeJS.ReadableStream),
    new Promise((resolve) => child.on('close', resolve)),
  ]);
  const wallMs = performance.now() - started;
  if (child.exitCode !== 0) throw new Error(`${args.join(' ')} ended with ${child.exitCode}: ${stderr.slice(-2000)}`);
  return { wallMs, ...(JSON.parse(usage) as Omit<Usage, 'wallMs'>), stdout };
}

async function textOf(stream: NodeJS.ReadableStream | null): Promise<string> {
  let text = '';
  for await (const chunk of stream ?? []) text += String(chunk);
  return text;
}
