import { parentPort, workerData } from 'node:worker_threads';
import type { ScanResult } from '../model/scan-result.ts';
import { renderLiveHtml } from '../report/html.ts';
import { formats } from '../report/index.ts';
import type { ReportOptions } from '../report/options.ts';

/** What render-in-worker.ts hands over. */
export interface RenderOrder {
  readonly what: 'live' | 'html' | 'json' | 'csv' | 'csv-volumes' | 'markdown';
  readonly result: ScanResult;
  readonly options: ReportOptions;
}

const { what, result, options } = workerData as RenderOrder;
parentPort?.postMessage(what === 'live' ? renderLiveHtml(result, options) : formats[what].render(result, options));
