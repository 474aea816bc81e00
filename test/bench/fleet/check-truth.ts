import { truthKey } from '../../../fixtures/builder/truth.ts';
import type { Finding } from '../../../src/model/finding.ts';
import type { ScanResult } from '../../../src/model/scan-result.ts';
import type { TruthFinding } from '../../../src/simulate/estate.ts';

export interface Compared {
  readonly promised: number;
  readonly found: number;
  /** Promised and not found; of them none may be. */
  readonly missed: readonly string[];
  /** Found and not true; of them none may be. */
  readonly invented: readonly string[];
  /** Found, with other bytes, severity or confidence than is true. */
  readonly inexact: readonly string[];
}

export function compareWithTruth({ findings }: ScanResult, truth: readonly TruthFinding[]): Compared {
  const found = new Map(findings.map((finding) => [keyOf(finding), finding]));
  const promised = new Map(truth.map((finding) => [truthKey(finding), finding]));
  return {
    promised: promised.size,
    found: found.size,
    missed: [...promised.keys()].filter((key) => !found.has(key)),
    invented: [...found.keys()].filter((key) => !promised.has(key)),
    inexact: [...promised].flatMap(([key, told]) => {
      const other = found.get(key);
      if (other === undefined) return [];
      const isSame =
        told.severity === other.severity &&
        told.confidence === other.confidence &&
        told.reclaimableBytes === other.bytes.reclaimable;
      return isSame ? [] : [key];
    }),
  };
}

function keyOf({ check, resource: { source, kind, namespace, name } }: Finding): string {
  return truthKey({ check, source, kind, name, ...(namespace !== undefined && { namespace }) });
}
