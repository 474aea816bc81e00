import { z } from 'zod';
import { CheckId, Severity } from '../../model/finding.ts';
import type { GuardId } from '../../model/options.ts';
import { count, dateOrTime, duration } from '../fields.ts';

const names = () => z.array(z.string().min(1)).default([]);
const labels = () => z.record(z.string().min(1), z.string());

const guards = [
  'empty-list',
  'no-volumes',
  'identity-changed',
  'parent-missing',
  'hidden-name',
  'crds-absent',
  'mass-result',
] as const satisfies readonly GuardId[];

export const Scope = z.strictObject({
  include: z
    .strictObject({
      clusters: names().describe('Only these clusters. Empty: all.'),
      nas: names().describe('Only these NASes. Empty: all.'),
      namespaces: names().describe('Only these namespaces. Empty: all.'),
      drivers: names().describe('Only these CSI drivers. Empty: all.'),
      storageClasses: names().describe('Only these StorageClasses. Empty: all.'),
      labels: labels().default({}).describe('Only objects that carry all these labels.'),
    })
    .prefault({})
    .describe('What is judged and shown. Everything is still read: it is evidence of use.'),
  exclude: z
    .strictObject({
      clusters: names().describe('Not these clusters.'),
      namespaces: names().describe('Not these namespaces.'),
      drivers: names().describe('Not these CSI drivers.'),
      storageClasses: names().describe('Not these StorageClasses.'),
      labels: labels().default({}).describe('Not objects that carry one of these labels.'),
    })
    .prefault({})
    .describe('What is neither judged nor shown; wins over `include`.'),
  checks: z.array(CheckId).default([]).describe('Only these checks. Empty: all.'),
  minSeverity: Severity.optional().describe('Show only findings of this severity or above.'),
});

const Retention = z.strictObject({
  snapshotClass: z.string().min(1).optional().describe('Snapshots of this VolumeSnapshotClass.'),
  namespace: z.string().min(1).optional().describe('Snapshots in this namespace.'),
  labels: labels().optional().describe('Snapshots that carry all these labels.'),
  maxAge: duration().describe('Older ones are `snapshot-expired`.'),
});

export const Checks = z.strictObject({
  minAge: duration().default('24h').describe('What is younger is never judged by an absence check.'),
  confirmAfter: duration()
    .default('20h')
    .describe('A finding is confirmed when two scans at least this far apart saw it.'),
  claimPendingAfter: duration().default('1h').describe('A claim that is Pending for longer is `claim-unbound`.'),
  claimUnusedAfter: duration().default('14d').describe('A bound claim that nothing uses for longer is `claim-unused`.'),
  snapshotNotReadyAfter: duration()
    .default('1h')
    .describe('A VolumeSnapshot that is not ready for longer is `snapshot-not-ready`.'),
  attachmentStaleAfter: duration()
    .default('1h')
    .describe('A VolumeAttachment that is stuck for longer is `attachment-stale`.'),
  snapshotRetention: z
    .array(Retention)
    .default([])
    .describe('How long CSI snapshots may live; the first rule of which all given fields match applies.'),
  severities: z
    .partialRecord(CheckId, Severity)
    .default({})
    .describe('Severity per check id, instead of the catalogue’s.'),
  disabled: z.array(CheckId).default([]).describe('Checks that are switched off. Reports name them.'),
  mass: z
    .strictObject({
      share: z
        .number()
        .gt(0)
        .max(1)
        .default(0.2)
        .describe('Share of a backend’s volumes (0 to 1) above which one check’s findings are not believed.'),
      minimum: count(1).default(5).describe('Fewer findings than this are always believed.'),
    })
    .prefault({})
    .describe('Guard against a complete answer that is wrong: too many findings at once are not assessed.'),
});

export const Ignore = z.strictObject({
  name: z.string().min(1).optional().describe('Name of the rule in every output. Default: `ignore[N]`.'),
  reason: z.string().min(1).describe('Why. It stands in every report.'),
  owner: z.string().min(1).optional().describe('Who decided.'),
  until: dateOrTime().optional().describe('When the rule ends. Reports warn before.'),
  check: CheckId.optional().describe('Only findings of this check.'),
  source: z
    .string()
    .regex(/^(cluster|nas)\/.+/, { error: 'must be cluster/NAME or nas/NAME' })
    .optional()
    .describe('Only findings of this source, `cluster/NAME` or `nas/NAME`.'),
  kind: z.string().min(1).optional().describe('Only resources of this kind, such as PersistentVolume or Dataset.'),
  namespace: z.string().min(1).optional().describe('Only resources in this namespace.'),
  resource: z.string().min(1).optional().describe('Name of the resource, or a pattern with `*`.'),
  labels: labels().optional().describe('Only resources that carry all these labels.'),
});
export type IgnoreConfig = z.output<typeof Ignore>;

export const Acknowledge = z.strictObject({
  guard: z.enum(guards).describe('The suspicion that is lifted, as the report names it.'),
  scope: z.string().min(1).describe('Backend id, `cluster/NAME` or `nas/NAME`, as the report names it.'),
  reason: z.string().min(1).describe('Why the suspicious answer is right.'),
  until: dateOrTime().describe('When the guard holds again.'),
});

export const Validation = z.strictObject({
  rules: z
    .record(z.string().min(1), z.union([z.literal('off'), Severity]))
    .default({})
    .describe('Rule id → `off` or a severity.'),
  rulesDir: z.string().min(1).optional().describe('Folder with rules of your own.'),
});

export const Prices = z.strictObject({
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, { error: 'must be a currency code of three capitals, such as EUR' })
    .default('EUR')
    .describe('ISO 4217 code.'),
  perTiBMonth: z
    .strictObject({
      pools: z
        .record(z.string().min(1), z.number().nonnegative())
        .default({})
        .describe('Price per TiB and month by `NAS/POOL` or `POOL`.'),
      storageClasses: z
        .record(z.string().min(1), z.number().nonnegative())
        .default({})
        .describe('Price per TiB and month by StorageClass; wins over the pool’s.'),
    })
    .prefault({})
    .describe('What has no price is shown as unpriced, never as free.'),
});
