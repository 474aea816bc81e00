import { z } from 'zod';
import { CheckId, Finding, Severity } from './finding.ts';
import { Money, Recommendation } from './recommendation.ts';
import { Anomaly, Forecast, TrendSeries } from './trends.ts';
import { Validation } from './validation.ts';

/**
 * The one result. Every output (HTML, PDF, JSON, CSV, metrics, mail, history, API, exit code) is a pure function of it.
 * Additive only; a rename is a new schemaVersion with a migration.
 */
export const SCHEMA_VERSION = 1;

const Bytes = z.number().int().nonnegative();
const Iso = z.string();

export const SectionOutcome = z.object({
  source: z.string(),
  name: z.string(),
  ok: z.boolean(),
  count: z.number().int().optional(),
  absent: z.string().optional(),
  error: z.object({ code: z.string(), message: z.string(), remedy: z.string().optional() }).optional(),
  takenAt: Iso,
});
export type SectionOutcome = z.infer<typeof SectionOutcome>;

export const CheckOutcome = z.object({
  id: CheckId,
  /** `backend/<cluster>/<driver>@<nas>`, `cluster/<name>` or `nas/<name>`. */
  scope: z.string(),
  status: z.enum(['passed', 'found', 'notAssessed', 'errored']),
  because: z.string().optional(),
  count: z.number().int(),
  /** Resources of this scope on which no verdict was possible although the check ran. */
  undecided: z.array(z.object({ kind: z.string(), name: z.string(), because: z.string() })),
});
export type CheckOutcome = z.infer<typeof CheckOutcome>;

export const BackendInfo = z.object({
  id: z.string(),
  cluster: z.string(),
  driver: z.string(),
  family: z.enum(['democratic-csi', 'truenas-csi']),
  nas: z.string(),
  protocol: z.enum(['nfs', 'smb', 'iscsi', 'nvmeof', 'mixed', 'unknown']),
  parents: z.array(z.string()),
  detachedParents: z.array(z.string()),
  exclusive: z.boolean(),
  instanceId: z.string().optional(),
  /** Where it was learnt from, in falling order of trust. */
  foundBy: z.enum(['config', 'driverSecret', 'volumes', 'properties']),
  volumes: z.number().int(),
});
export type BackendInfo = z.infer<typeof BackendInfo>;

const Amount = z.object({
  /** What was promised: quota, volsize or PV capacity. */
  provisionedBytes: Bytes.optional(),
  /** Space the datasets hold, everything in (ZFS `used`). */
  usedBytes: Bytes.optional(),
  /** Live data only (ZFS `usedbydataset`). */
  dataBytes: Bytes.optional(),
  snapshotBytes: Bytes.optional(),
  /** Held by refreservation beyond what is written. */
  reservedBytes: Bytes.optional(),
  /** Before compression (ZFS `logicalused`). */
  logicalBytes: Bytes.optional(),
});

export const VolumeUsage = Amount.extend({
  cluster: z.string(),
  backend: z.string(),
  nas: z.string(),
  pool: z.string(),
  dataset: z.string(),
  datasetId: z.string().optional(),
  persistentVolume: z.string(),
  uid: z.string(),
  namespace: z.string().optional(),
  claim: z.string().optional(),
  storageClass: z.string().optional(),
  kind: z.enum(['filesystem', 'zvol']),
  thin: z.boolean().optional(),
  /** Used of quota/volsize, 0..1; absent when there is no limit to compare with. */
  utilisation: z.number().optional(),
  snapshotCount: z.number().int().optional(),
  referencedBytes: Bytes.optional(),
  compressRatio: z.number().optional(),
  /** Of a zvol. */
  volblocksizeBytes: Bytes.optional(),
  /** Of a filesystem. */
  recordsizeBytes: Bytes.optional(),
});
export type VolumeUsage = z.infer<typeof VolumeUsage>;

export const UsageGroup = Amount.extend({ key: z.string(), volumes: z.number().int(), unknown: z.number().int() });
export type UsageGroup = z.infer<typeof UsageGroup>;

export const PoolUsage = z.object({
  nas: z.string(),
  pool: z.string(),
  status: z.string(),
  healthy: z.boolean(),
  /** Usable: root dataset `used` + `available`. */
  usableBytes: Bytes.optional(),
  usedBytes: Bytes.optional(),
  availableBytes: Bytes.optional(),
  /** Raw, parity included. */
  rawSizeBytes: Bytes.optional(),
  rawAllocatedBytes: Bytes.optional(),
  rawFreeBytes: Bytes.optional(),
  fragmentationPercent: z.number().optional(),
  lastScrubAt: Iso.optional(),
  /** What holds the data: `RAIDZ2` of six disks, `MIRROR` of two … */
  dataVdevs: z.array(z.object({ type: z.string(), disks: z.number().int() })).optional(),
  /** Worst case: what every volume may still grow to, against the usable size. */
  promisedBytes: Bytes.optional(),
  overcommitRatio: z.number().optional(),
  /** Absent while the datasets are not known. */
  volumes: z.number().int().optional(),
  /** What the used space costs; absent where the pool has no price. */
  cost: Money.optional(),
});
export type PoolUsage = z.infer<typeof PoolUsage>;

export const SnapshotOriginCount = z.object({
  nas: z.string(),
  origin: z.string(),
  count: z.number().int(),
  usedBytes: Bytes.optional(),
});

export const Usage = z.object({
  volumes: z.array(VolumeUsage),
  /** Smaller volumes of a large fleet that are not listed: groups, pools, checks and history hold them all. */
  volumesLeftOut: z.number().int().optional(),
  namespaces: z.array(UsageGroup),
  storageClasses: z.array(UsageGroup),
  backends: z.array(UsageGroup),
  pools: z.array(PoolUsage),
  snapshotOrigins: z.array(SnapshotOriginCount),
  /** What could not be computed, and why; empty when nothing is missing. */
  notAssessed: z.array(z.object({ what: z.string(), because: z.string() })),
});
export type Usage = z.infer<typeof Usage>;

/** Filled by trends/ (issue History); `state` says why when there is nothing to show. */
export const Trends = z.object({
  state: z.enum(['notYet', 'tooShort', 'ready', 'unreadable']),
  because: z.string().optional(),
  series: z.array(TrendSeries),
  forecasts: z.array(Forecast),
  anomalies: z.array(Anomaly),
  /** Volumes that move less than those shown. */
  volumesLeftOut: z.number().int().optional(),
});
export type Trends = z.infer<typeof Trends>;

export const Recommendations = z.object({
  state: z.enum(['notYet', 'ready', 'tooShort']),
  because: z.string().optional(),
  items: z.array(Recommendation),
});
export type Recommendations = z.infer<typeof Recommendations>;

export const IgnoreRuleUse = z.object({
  rule: z.string(),
  from: z.enum(['config', 'object', 'property']),
  reason: z.string(),
  owner: z.string().optional(),
  until: Iso.optional(),
  state: z.enum(['active', 'expiresSoon', 'expired', 'dead']),
  matched: z.number().int(),
});
export type IgnoreRuleUse = z.infer<typeof IgnoreRuleUse>;

const CountsAndBytes = z.object({
  count: z.number().int(),
  confirmed: z.number().int(),
  reclaimableBytes: Bytes,
  confirmedReclaimableBytes: Bytes,
  /** Findings of the group whose reclaimable bytes are not known. */
  unknownBytes: z.number().int(),
});

export const Summary = z.object({
  /** Never OK while anything was not assessed. */
  status: z.enum(['OK', 'ATTENTION', 'ACT']),
  /** Plain language, one or two sentences: what is worst, what changed, what to do first. */
  sentence: z.string(),
  /** Ignored and resolved findings are not counted here. */
  findings: z.number().int(),
  confirmed: z.number().int(),
  unconfirmed: z.number().int(),
  new: z.number().int(),
  resolved: z.number().int(),
  ignored: z.number().int(),
  ignoredBytes: Bytes,
  bySeverity: z.record(Severity, z.number().int()),
  byCheck: z.partialRecord(CheckId, CountsAndBytes),
  reclaimableBytes: Bytes,
  confirmedReclaimableBytes: Bytes,
  unconfirmedReclaimableBytes: Bytes,
  /** In words, grouped: what was not assessed and why. */
  notAssessed: z.array(
    z.object({
      what: z.string(),
      because: z.string(),
      remedy: z.string().optional(),
      checks: z.array(CheckId),
      scopes: z.array(z.string()),
    }),
  ),
});
export type Summary = z.infer<typeof Summary>;

/**
 * The source's identity (kube-system UID, host id) against history: `changed` = another one under the same name and not
 * acknowledged. History goes on comparing with the identity before such a change.
 */
export const SourceIdentity = z.enum(['first', 'same', 'changed', 'acknowledged']);

/** Of a report over a period: half-open, and how many of its nights were scanned. */
export const Period = z.object({
  from: Iso,
  to: Iso,
  /** Runs; several attempts of one count once. */
  scans: z.number().int(),
  /** Local days in which a scan was expected. */
  days: z.number().int(),
  scannedDays: z.number().int(),
  /** `2026-10-22`, in the time zone of the scan. */
  missingDays: z.array(z.string()),
  incompleteScans: z.number().int(),
});
export type Period = z.infer<typeof Period>;

export const ScanResult = z.object({
  schemaVersion: z.literal(SCHEMA_VERSION),
  tool: z.object({ name: z.literal('strandline'), version: z.string(), commit: z.string().optional() }),
  scan: z.object({
    id: z.string(),
    runId: z.string(),
    deployment: z.string(),
    startedAt: Iso,
    finishedAt: Iso,
    durationMs: z.number().int(),
    /** True when every section was read and every check assessed. */
    complete: z.boolean(),
    timeZone: z.string(),
    configDigest: z.string().optional(),
  }),
  scope: z.object({
    clusters: z.array(
      z.object({
        name: z.string(),
        uid: z.string().optional(),
        identity: SourceIdentity.optional(),
        version: z.string().optional(),
        reached: z.boolean(),
        clockSkewMs: z.number().optional(),
      }),
    ),
    nases: z.array(
      z.object({
        name: z.string(),
        hostId: z.string().optional(),
        identity: SourceIdentity.optional(),
        version: z.string().optional(),
        release: z.string().optional(),
        transport: z.string().optional(),
        reached: z.boolean(),
        clockSkewMs: z.number().optional(),
      }),
    ),
    backends: z.array(BackendInfo),
    /** Filters in force, in words; empty when everything is shown. */
    filters: z.array(z.string()),
  }),
  sections: z.array(SectionOutcome),
  checks: z.array(CheckOutcome),
  /** Open findings, ignored ones (with ignoredBy) and those resolved since the last scan (change = resolved). */
  findings: z.array(Finding),
  usage: Usage,
  trends: Trends,
  validation: Validation,
  recommendations: Recommendations,
  ignoreRules: z.array(IgnoreRuleUse),
  history: z.object({
    state: z.enum(['none', 'first', 'ready', 'unreadable']),
    because: z.string().optional(),
    scans: z.number().int(),
    previousScanAt: Iso.optional(),
    damagedParts: z.array(z.object({ name: z.string(), because: z.string() })),
  }),
  /** What a reader should know but nobody must act on: clock skew, inferred backends, unreadable fields, lifted guards. */
  notes: z.array(z.object({ kind: z.string(), text: z.string() })),
  /** Only in the report of a period: `change` then counts from its beginning. */
  period: Period.optional(),
  summary: Summary,
});
export type ScanResult = z.infer<typeof ScanResult>;
