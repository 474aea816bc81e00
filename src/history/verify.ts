import { type DamagedPart, readLedger } from './ledger.ts';
import { findLeftovers } from './leftovers.ts';
import { checkPart } from './part-files.ts';
import type { Workbench } from './workbench.ts';

export interface VerifyReport {
  readonly scans: number;
  readonly parts: number;
  readonly sizeBytes: number;
  /** Set aside: left where they are, and not used. */
  readonly damaged: readonly DamagedPart[];
  readonly uncommitted: readonly string[];
  readonly foreign: readonly string[];
}

/** Reads every byte that is committed and compares it with its SHA-256. Changes nothing. */
export async function verifyHistory({ objects, deployment }: Workbench): Promise<VerifyReport> {
  const ledger = await readLedger(objects, deployment);
  const damaged = [...ledger.damaged];
  for (const part of ledger.parts) {
    const because = await checkPart(objects, part);
    if (because !== undefined) damaged.push({ name: part.key, because });
  }
  const { uncommitted, foreign } = await findLeftovers(objects);
  return {
    scans: ledger.scans.length,
    parts: ledger.parts.length,
    sizeBytes: ledger.parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    damaged,
    uncommitted: uncommitted.map(({ key }) => key),
    foreign: foreign.map(({ key }) => key),
  };
}
