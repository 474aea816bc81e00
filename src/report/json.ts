import type { ScanResult } from '../model/scan-result.ts';

/** The result itself, readable. */
export function renderJson(result: ScanResult): string {
  return `${JSON.stringify(result, null, 2)}\n`;
}
