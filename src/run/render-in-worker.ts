import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { RenderOrder } from './render-worker.ts';

/** In a thread of its own: a report of thousands of findings takes seconds, and the service must answer meanwhile. */
export function renderInWorker(order: RenderOrder): Promise<string> {
  const entry = join(import.meta.dirname, `render-worker${extname(import.meta.filename)}`);
  const worker = new Worker(entry, { workerData: order });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the renderer ended without a report')));
  });
}
