import { fork } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import type { Override } from '../../config/override.ts';
import { AppError } from '../../errors.ts';
import { ScanResult } from '../../model/scan-result.ts';
import type { RunProblem } from '../../run/ports.ts';
import { traceHeaders } from '../../util/trace.ts';
import type { ScanEnd } from './scanner.ts';

/** What the child is told, and what it tells. */
export interface ScanOrder {
  readonly configFile?: string;
  readonly overrides: readonly Override[];
  readonly scanId: string;
  readonly folder: string;
  /** So that the spans of the child join those of the service. */
  readonly traceparent?: string;
}

export type ScanMessage =
  | { readonly kind: 'step'; readonly step: string }
  | { readonly kind: 'end'; readonly problems: readonly RunProblem[] }
  | { readonly kind: 'failed'; readonly message: string; readonly remedy?: string };

/**
 * A scan in a process of its own: what DuckDB, the inventories and the browser took is given back when it ends, and the
 * service goes on answering. Its result comes as a file.
 */
export async function spawnScan(
  order: Omit<ScanOrder, 'folder' | 'traceparent'>,
  onStep: (step: string) => void,
  signal: AbortSignal,
): Promise<ScanEnd> {
  const folder = await mkdtemp(join(tmpdir(), 'strandline-serve-'));
  try {
    const problems = await runChild({ ...order, folder, ...traceHeaders() }, onStep, signal);
    const result = ScanResult.parse(JSON.parse(await readFile(join(folder, 'result.json'), 'utf8')));
    return { result, problems };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function runChild(
  order: ScanOrder,
  onStep: (step: string) => void,
  signal: AbortSignal,
): Promise<readonly RunProblem[]> {
  const entry = join(import.meta.dirname, `scan-process${extname(import.meta.filename)}`);
  const child = fork(entry, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const { promise, resolve, reject } = Promise.withResolvers<readonly RunProblem[]>();
  const stop = (): void => void child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  child.on('message', (message: ScanMessage) => {
    if (message.kind === 'step') onStep(message.step);
    else if (message.kind === 'end') resolve(message.problems);
    else reject(new ScanFailed(message.message, message.remedy === undefined ? {} : { remedy: message.remedy }));
  });
  child.once('error', reject);
  child.once('exit', (code, name) => {
    signal.removeEventListener('abort', stop);
    const remedy = 'Look into the log of the scan; raise the memory limit when it was killed.';
    reject(new ScanFailed(`the scan's process ended early (${name ?? `exit ${code}`})`, { remedy }));
  });
  child.send(order);
  return promise;
}

class ScanFailed extends AppError {
  readonly code = 'SCAN';
}
