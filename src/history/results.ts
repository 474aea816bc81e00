import { ScanResult } from '../model/scan-result.ts';
import { parseJson } from './format.ts';
import type { Ledger } from './ledger.ts';
import type { ObjectStore } from './object-store.ts';
import { findDamage } from './part-files.ts';
import type { CommittedScan, Part } from './records.ts';
import { readResultLine } from './result-pack.ts';

/** The newest result that can be read, of scans that `wanted` lets pass. */
export async function readNewestResult(
  objects: ObjectStore,
  ledger: Ledger,
  wanted: (scan: CommittedScan) => boolean,
): Promise<ScanResult | undefined> {
  const parts = ledger.parts.filter(({ table }) => table === 'results');
  for (const scan of ledger.scans.filter(wanted).toReversed()) {
    const part = parts.find(({ scans }) => scans.includes(scan.id));
    const result = part === undefined ? undefined : await readResult(objects, part, scan.id);
    if (result !== undefined) return result;
  }
  return undefined;
}

/** undefined when it is damaged; `verify` says how. */
async function readResult(objects: ObjectStore, part: Part, scanId: string): Promise<ScanResult | undefined> {
  const body = await objects.get(part.key);
  if (body === undefined || findDamage(part, body) !== undefined) return undefined;
  const line = await readResultLine(body, part.scans.indexOf(scanId));
  const parsed = ScanResult.safeParse(parseJson(Buffer.from(line ?? '')));
  return parsed.success ? parsed.data : undefined;
}
