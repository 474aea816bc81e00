import type { Claim, VolumeSnapshot } from '../model/kubernetes.ts';
import type { RetentionRule } from '../model/options.ts';
import { parseDuration } from './duration.ts';

/**
 * How long a CSI snapshot may live; undefined when nothing says. The nearest rule wins: its own annotation, its claim's,
 * then the first rule of config that fits.
 */
export function retentionOf(
  snapshot: VolumeSnapshot,
  claim: Claim | undefined,
  rules: readonly RetentionRule[],
): { readonly maxAgeMs: number; readonly from: string } | undefined {
  const own = snapshot.retention === undefined ? undefined : parseDuration(snapshot.retention);
  if (own !== undefined) return { maxAgeMs: own, from: 'its own annotation' };
  const ofClaim = claim?.snapshotRetention === undefined ? undefined : parseDuration(claim.snapshotRetention);
  if (ofClaim !== undefined) return { maxAgeMs: ofClaim, from: `the annotation of claim ${claim?.name ?? ''}` };
  const index = rules.findIndex((rule) => fits(rule, snapshot));
  const rule = rules[index];
  return rule === undefined ? undefined : { maxAgeMs: rule.maxAgeMs, from: `config rule ${index + 1}` };
}

function fits(rule: RetentionRule, snapshot: VolumeSnapshot): boolean {
  if (rule.snapshotClass !== undefined && rule.snapshotClass !== snapshot.snapshotClass) return false;
  if (rule.namespace !== undefined && rule.namespace !== snapshot.namespace) return false;
  return Object.entries(rule.labels ?? {}).every(([key, value]) => snapshot.labels[key] === value);
}
