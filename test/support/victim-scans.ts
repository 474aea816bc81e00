import type { ScanResult } from '../../src/model/scan-result.ts';
import { makeCheck, makeFinding, makeResult, makeUsage } from './stored-result.ts';

const days: Readonly<Record<string, number>> = { first: 0, second: 1, third: 40, victim: 41, after: 42 };

/** Few tables, so that the fault points stay few: the kinds of step are the same for every table. */
export function makeScan(id: string): ScanResult {
  const usage = { ...makeUsage([]), namespaces: [], pools: [], snapshotOrigins: [] };
  return makeResult(id, days[id] ?? 0, {
    usage,
    findings: [makeFinding('always'), makeFinding(`only-${id}`)],
    checks: [makeCheck({ status: 'found', count: 2 })],
  });
}
