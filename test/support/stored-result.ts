import type { Finding } from '../../src/model/finding.ts';
import type { CheckOutcome, ScanResult, VolumeUsage } from '../../src/model/scan-result.ts';

/** A valid result with nothing in it; a test states what it cares about. `day` counts from 2026-10-01. */
export function makeResult(
  id: string,
  day: number,
  more: Partial<Pick<ScanResult, 'findings' | 'checks' | 'usage' | 'scope' | 'validation'>> & {
    readonly runId?: string;
    readonly deployment?: string;
  } = {},
): ScanResult {
  const startedAt = new Date(Date.UTC(2026, 9, 1 + day, 2)).toISOString();
  return {
    schemaVersion: 1,
    tool: { name: 'strandline', version: '0.1.0' },
    scan: {
      id,
      runId: more.runId ?? `run-${id}`,
      deployment: more.deployment ?? 'main',
      startedAt,
      finishedAt: startedAt,
      durationMs: 1000,
      complete: true,
      timeZone: 'UTC',
    },
    scope: more.scope ?? { clusters: [], nases: [], backends: [], filters: [] },
    sections: [],
    checks: more.checks ?? [makeCheck()],
    findings: more.findings ?? [],
    usage: more.usage ?? makeUsage([]),
    trends: { state: 'notYet', series: [], forecasts: [], anomalies: [] },
    validation: more.validation ?? { state: 'notYet', results: [] },
    recommendations: { state: 'notYet', items: [] },
    ignoreRules: [],
    history: { state: 'none', scans: 0, damagedParts: [] },
    notes: [],
    summary: {
      status: 'OK',
      sentence: 'Nothing was found.',
      findings: more.findings?.length ?? 0,
      confirmed: 0,
      unconfirmed: 0,
      new: 0,
      resolved: 0,
      ignored: 0,
      ignoredBytes: 0,
      bySeverity: { LOW: 0, MEDIUM: 0, HIGH: 0, CRITICAL: 0 },
      byCheck: {},
      reclaimableBytes: 0,
      confirmedReclaimableBytes: 0,
      unconfirmedReclaimableBytes: 0,
      notAssessed: [],
    },
  };
}

export function makeCheck(more: Partial<CheckOutcome> = {}): CheckOutcome {
  return { id: 'volume-without-backend', scope: 'cluster/prod', status: 'passed', count: 0, undecided: [], ...more };
}

export function makeFinding(id: string, more: Partial<Finding> = {}): Finding {
  return {
    id,
    check: 'volume-without-backend',
    severity: 'HIGH',
    confirmation: 'unconfirmed',
    change: 'new',
    confidence: 'high',
    scope: 'cluster/prod',
    resource: { source: 'cluster/prod', cluster: 'prod', kind: 'PersistentVolume', name: `pv-${id}` },
    owner: {},
    age: { firstSeenAt: '2026-10-01T02:00:00.000Z', scansSeen: 1 },
    bytes: { used: 5_000_000_000_000 },
    why: "It's gone.",
    evidence: [],
    blockers: [],
    remediation: { steps: [], commands: [], docs: '' },
    ...more,
  };
}

export function makeUsage(volumes: readonly VolumeUsage[]): ScanResult['usage'] {
  return {
    volumes: [...volumes],
    namespaces: [{ key: 'prod/web', volumes: volumes.length, unknown: 0, usedBytes: 7 }],
    storageClasses: [],
    backends: [],
    pools: [{ nas: 'nas01', pool: 'tank', status: 'ONLINE', healthy: true, volumes: volumes.length, usedBytes: 9 }],
    snapshotOrigins: [{ nas: 'nas01', origin: 'csi', count: 3 }],
    notAssessed: [],
  };
}

export function makeVolume(uid: string, more: Partial<VolumeUsage> = {}): VolumeUsage {
  return {
    cluster: 'prod',
    backend: 'backend/prod/org.democratic-csi.nfs@nas01',
    nas: 'nas01',
    pool: 'tank',
    dataset: `tank/k8s/pvc-${uid}`,
    datasetId: `guid-${uid}`,
    persistentVolume: `pvc-${uid}`,
    uid,
    namespace: 'web',
    kind: 'filesystem',
    provisionedBytes: 10_737_418_240,
    usedBytes: 1_000_000,
    ...more,
  };
}
