import type { Finding } from '../../model/finding.ts';
import { type Severity, severities } from '../../model/finding.ts';
import { namespaceOf } from '../api/places.ts';
import { sees, type View } from '../auth/caller.ts';

export const eventKinds = [
  'scan.started',
  'scan.progress',
  'scan.finished',
  'scan.failed',
  'result',
  'finding.new',
  'finding.resolved',
] as const;
export type EventKind = (typeof eventKinds)[number];

/** What subscribers hear of. Only findings belong to somebody: what else happens is the same for all. */
export type ServiceEvent =
  | { readonly kind: 'scan.started'; readonly scanId: string; readonly trigger: 'schedule' | 'request' }
  | { readonly kind: 'scan.progress'; readonly scanId: string; readonly step: string }
  | { readonly kind: 'scan.finished'; readonly scanId: string; readonly complete: boolean }
  | { readonly kind: 'scan.failed'; readonly scanId: string; readonly because: string }
  | { readonly kind: 'result'; readonly scanId: string; readonly complete: boolean }
  | { readonly kind: 'finding.new' | 'finding.resolved'; readonly scanId: string; readonly finding: FindingBrief };

export type FindingBrief = Pick<Finding, 'id' | 'check' | 'severity' | 'resource' | 'owner' | 'why'> & {
  /** `CLUSTER/NAMESPACE`, where it belongs to one. */
  readonly namespace?: string;
};

export interface Wish {
  readonly kinds: readonly EventKind[];
  readonly minSeverity?: Severity | undefined;
  readonly namespaces: readonly string[];
}

export function isWanted(event: ServiceEvent, wish: Wish, view: View): boolean {
  if (wish.kinds.length > 0 && !wish.kinds.includes(event.kind)) return false;
  if (!('finding' in event)) return true;
  const { namespace, severity } = event.finding;
  return (
    sees(view, namespace) &&
    (wish.minSeverity === undefined || severities.indexOf(severity) >= severities.indexOf(wish.minSeverity)) &&
    (wish.namespaces.length === 0 || (namespace !== undefined && wish.namespaces.includes(namespace)))
  );
}

export function toBrief(finding: Finding): FindingBrief {
  const { id, check, severity, resource, owner, why } = finding;
  const namespace = namespaceOf(finding);
  return { id, check, severity, resource, owner, why, ...(namespace !== undefined && { namespace }) };
}
