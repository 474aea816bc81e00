import { z } from 'zod';

export const severities = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const;
export type Severity = (typeof severities)[number];
export const Severity = z.enum(severities);

/** Ids of the catalogue (design section 4). They are forever: history, metrics and ignore rules carry them. */
export const checkIds = [
  'volume-without-backend',
  'backend-without-volume',
  'backend-incomplete',
  'volume-released',
  'volume-retained',
  'volume-available',
  'claim-unbound',
  'claim-lost',
  'claim-unused',
  'snapshot-without-backend',
  'backend-snapshot-without-object',
  'snapshot-not-ready',
  'snapshot-unbound-content',
  'snapshot-expired',
  'temporary-snapshot-left',
  'detached-container-empty',
  'share-without-backend',
  'backend-without-share',
  'attachment-stale',
  'backend-shared-by-volumes',
  'task-without-backend',
  'parent-unclaimed',
] as const;
export type CheckId = (typeof checkIds)[number];
export const CheckId = z.enum(checkIds);

const SourceId = z.templateLiteral([z.enum(['cluster/', 'nas/']), z.string()]);

/** Bytes are integers. Unknown is absent, never 0. */
const Bytes = z.number().int().nonnegative();

export const Resource = z.object({
  source: SourceId,
  cluster: z.string().optional(),
  nas: z.string().optional(),
  /** Kubernetes kind, or `Dataset`, `Zvol`, `ZfsSnapshot`, `NfsShare`, `SmbShare`, `IscsiTarget`, `IscsiExtent`, … */
  kind: z.string(),
  namespace: z.string().optional(),
  name: z.string(),
  /** Kubernetes UID, or the dataset's guid/createtxg where the release tells. */
  uid: z.string().optional(),
});
export type Resource = z.infer<typeof Resource>;

export const Evidence = z.object({
  fact: z.string(),
  value: z.string(),
  /** Where it was read: `nas/nas01 pool.dataset.query`, `cluster/prod persistentVolumes`. */
  from: z.string(),
});
export type Evidence = z.infer<typeof Evidence>;

export const Blocker = z.object({
  kind: z.enum([
    'clone',
    'child',
    'hold',
    'snapshot',
    'session',
    'share',
    'retain',
    'attachment',
    'task',
    'pod',
    'unread',
  ]),
  name: z.string(),
  why: z.string(),
});
export type Blocker = z.infer<typeof Blocker>;

export const Remediation = z.object({
  steps: z.array(z.string()),
  /** For a human to read and run. Never run by us. */
  commands: z.array(z.string()),
  docs: z.string(),
});
export type Remediation = z.infer<typeof Remediation>;

export const Finding = z.object({
  /** Stable hash of check and resource identity. */
  id: z.string(),
  check: CheckId,
  severity: Severity,
  confirmation: z.enum(['unconfirmed', 'confirmed']),
  change: z.enum(['new', 'open', 'cameBack', 'resolved']),
  confidence: z.enum(['high', 'medium', 'low']),
  /** The check's scope, as in `checks[].scope`. */
  scope: z.string(),
  resource: Resource,
  owner: z.object({
    namespace: z.string().optional(),
    claim: z.string().optional(),
    workload: z.string().optional(),
    labels: z.record(z.string(), z.string()).optional(),
  }),
  age: z.object({
    createdAt: z.string().optional(),
    firstSeenAt: z.string(),
    scansSeen: z.number().int(),
  }),
  bytes: z.object({ provisioned: Bytes.optional(), used: Bytes.optional(), reclaimable: Bytes.optional() }),
  cost: z.object({ perMonth: z.number(), currency: z.string() }).optional(),
  /** One sentence. */
  why: z.string(),
  evidence: z.array(Evidence),
  blockers: z.array(Blocker),
  remediation: Remediation,
  ignoredBy: z
    .object({ rule: z.string(), reason: z.string(), owner: z.string().optional(), until: z.string().optional() })
    .optional(),
});
export type Finding = z.infer<typeof Finding>;

/** What a detector hands on: a finding before history, ignore rules and severity settings were applied. */
export interface FindingDraft {
  readonly check: CheckId;
  readonly scope: string;
  /** Only when the detector raises or lowers the catalogue's severity for this one. */
  readonly severity?: Severity;
  readonly confidence: Finding['confidence'];
  readonly resource: Resource;
  readonly owner: Finding['owner'];
  readonly createdAt?: string;
  readonly bytes: Finding['bytes'];
  readonly why: string;
  readonly evidence: readonly Evidence[];
  readonly blockers: readonly Blocker[];
  readonly remediation: Remediation;
  /** The mark that a person set; `on`: where, when that is not the resource itself. */
  readonly ignore?: { readonly reason: string; readonly until?: string; readonly owner?: string; readonly on?: string };
  /** What must still hold when both sides are read a second time. Empty for checks that conclude nothing from absence. */
  readonly premises: readonly Premise[];
}

/**
 * One fact a finding rests on, checked again by name before the finding is believed.
 * `uid` pins the identity of what must be present (a re-created object of the same name is another object).
 */
export interface Premise {
  readonly source: `cluster/${string}` | `nas/${string}`;
  readonly kind:
    | 'PersistentVolume'
    | 'PersistentVolumeClaim'
    | 'VolumeSnapshot'
    | 'VolumeSnapshotContent'
    | 'VolumeAttachment'
    | 'Node'
    | 'dataset'
    | 'snapshot'
    | 'nfsShare'
    | 'smbShare'
    | 'iscsiTarget'
    | 'iscsiExtent'
    | 'iscsiTargetExtent'
    | 'nvmeNamespace'
    | 'nvmeSubsystem'
    | 'snapshotTask'
    | 'replication';
  readonly namespace?: string;
  /** Object name; dataset or snapshot full name; numeric id as text for shares, targets, tasks. */
  readonly name: string;
  readonly uid?: string;
  readonly expect: 'present' | 'absent';
}
