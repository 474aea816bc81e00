import { buildEmptyResult } from '../model/empty-result.ts';
import type { ScanResult } from '../model/scan-result.ts';

/** What `deliver test` sends: a result of nothing, marked as such. No system is read for it. */
export function buildTestResult(deployment: string, timeZone: string, tool: ScanResult['tool'], now: Date): ScanResult {
  const at = now.toISOString();
  const id = `test-${at}`;
  return buildEmptyResult({
    tool,
    scan: { id, runId: id, deployment, startedAt: at, finishedAt: at, durationMs: 0, complete: true, timeZone },
    summary: {
      status: 'OK',
      sentence: `This is a test of the deliveries of ${deployment}. Nothing was scanned.`,
    },
  });
}
