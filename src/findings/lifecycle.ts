import { Finding, type FindingDraft, type Severity } from '../model/finding.ts';
import type { Memory, RememberedFinding } from '../model/memory.ts';
import type { CheckOutcome } from '../model/scan-result.ts';
import { stableId } from '../util/stable-id.ts';

/**
 * By check and resource. Kubernetes objects by UID; what lies on a NAS by its name alone, for older releases tell no
 * guid and the id must survive an upgrade.
 */
export function findingId(draft: Pick<FindingDraft, 'check' | 'resource'>): string {
  return stableId(partsOf(draft));
}

function partsOf({ check, resource }: Pick<FindingDraft, 'check' | 'resource'>): (string | undefined)[] {
  const { source, kind, namespace, name, uid } = resource;
  return [check, source, kind, namespace, name, source.startsWith('cluster/') ? uid : undefined];
}

/** Ids of all drafts, no two the same: of several shares with one path, the later ones go by their number too. */
export function identify(drafts: readonly FindingDraft[]): Map<string, FindingDraft> {
  const known = new Map<string, FindingDraft>();
  for (const draft of drafts) {
    const id = findingId(draft);
    if (known.has(id)) known.set(stableId([...partsOf(draft), draft.resource.uid]), draft);
    else known.set(id, draft);
  }
  return known;
}

export interface Life {
  readonly remembered: ReadonlyMap<string, RememberedFinding>;
  readonly confirmAfterMs: number;
  readonly now: Date;
}

/** New, still open or back again; confirmed once two runs, far enough apart, have seen it without a break. */
export function toFinding(
  id: string,
  draft: FindingDraft,
  severity: Severity,
  { remembered, confirmAfterMs, now }: Life,
): Finding {
  const known = remembered.get(id);
  const { resource, owner, bytes, why, evidence, blockers, remediation, check, scope, confidence } = draft;
  return {
    id,
    check,
    severity,
    confirmation: known !== undefined && isConfirmed(known, confirmAfterMs, now) ? 'confirmed' : 'unconfirmed',
    change: changeOf(known),
    confidence,
    scope,
    resource,
    owner,
    age: {
      ...(draft.createdAt !== undefined && { createdAt: draft.createdAt }),
      firstSeenAt: known?.firstSeenAt ?? now.toISOString(),
      scansSeen: (known?.runsSeen ?? 0) + 1,
    },
    bytes,
    why,
    evidence: [...evidence],
    blockers: [...blockers],
    remediation,
  };
}

function changeOf(known: RememberedFinding | undefined): Finding['change'] {
  if (known === undefined) return 'new';
  return known.resolvedAt === undefined ? 'open' : 'cameBack';
}

/** What was resolved in between starts anew. */
function isConfirmed(known: RememberedFinding, confirmAfterMs: number, now: Date): boolean {
  if (known.resolvedAt !== undefined) return false;
  const since = known.openSince ?? known.firstSeenAt;
  return known.isConfirmed || now.getTime() - Date.parse(since) >= confirmAfterMs;
}

/** Remembered findings that this scan could have seen and did not. What was not assessed is neither here nor there. */
export function resolvedFindings(
  seen: ReadonlySet<string>,
  outcomes: readonly CheckOutcome[],
  memory: Memory,
): Finding[] {
  const assessed = new Map(outcomes.map((outcome) => [`${outcome.id} ${outcome.scope}`, outcome]));
  return memory.findings.flatMap((known) => {
    if (seen.has(known.id) || known.resolvedAt !== undefined) return [];
    const outcome = assessed.get(`${known.check} ${known.scope}`);
    if (outcome === undefined || outcome.status === 'notAssessed' || outcome.status === 'errored') return [];
    const stored = Finding.safeParse(known.finding);
    if (!stored.success) return [];
    const { kind, name, namespace } = stored.data.resource;
    const label = namespace === undefined ? name : `${namespace}/${name}`;
    if (outcome.undecided.some((item) => item.kind === kind && (item.name === label || item.name === name))) return [];
    const { ignoredBy: _, ...finding } = stored.data;
    return [{ ...finding, change: 'resolved' as const }];
  });
}
