import { type CheckId, checkIds, type Finding, type Severity, severities } from '../../src/model/finding.ts';
import type { CheckOutcome, ScanResult, VolumeUsage } from '../../src/model/scan-result.ts';
import { hostileStrings } from './hostile-strings.ts';
import { makeFinding, type Place } from './make-finding.ts';

export const gib = 2 ** 30;
export const tib = 2 ** 40;
export const startedAt = '2026-11-23T05:00:00.000Z';

/** A small, complete and healthy result; a test overrides the field that matters. */
export function makeResult(overrides: Partial<ScanResult> = {}): ScanResult {
  const findings = overrides.findings ?? [];
  const notAssessed = overrides.summary?.notAssessed ?? [];
  return {
    schemaVersion: 1,
    tool: { name: 'strandline', version: '0.0.0' },
    scan: {
      id: '20261123T050000Z-4f1c',
      runId: 'strandline-29401260',
      deployment: 'main',
      startedAt,
      finishedAt: '2026-11-23T05:00:42.000Z',
      durationMs: 42_000,
      complete: notAssessed.length === 0,
      timeZone: 'Europe/Berlin',
    },
    scope: {
      clusters: [{ name: 'prod', uid: 'c-prod', version: 'v1.34.2', reached: true, clockSkewMs: 120 }],
      nases: [
        { name: 'nas01', hostId: 'h1', version: '25.10.1', transport: 'JSON-RPC', reached: true, clockSkewMs: -340 },
      ],
      backends: [],
      filters: [],
    },
    sections: [],
    checks: [],
    findings,
    usage: {
      volumes: [],
      namespaces: [],
      storageClasses: [],
      backends: [],
      pools: [],
      snapshotOrigins: [],
      notAssessed: [],
    },
    trends: { state: 'notYet', series: [], forecasts: [], anomalies: [] },
    validation: { state: 'notYet', results: [] },
    recommendations: { state: 'notYet', items: [] },
    ignoreRules: [],
    history: { state: 'ready', scans: 91, previousScanAt: '2026-11-22T05:00:00.000Z', damagedParts: [] },
    notes: [],
    summary: summarise(findings, notAssessed),
    ...overrides,
  };
}

/** The counts of a result, from its findings. Written for tests, apart from the code that makes real summaries. */
export function summarise(
  findings: readonly Finding[],
  notAssessed: ScanResult['summary']['notAssessed'] = [],
): ScanResult['summary'] {
  const open = findings.filter((finding) => !finding.ignoredBy && finding.change !== 'resolved');
  const ignored = findings.filter((finding) => finding.ignoredBy);
  const confirmed = open.filter((finding) => finding.confirmation === 'confirmed');
  const count = (severity: Severity) => open.filter((finding) => finding.severity === severity).length;
  const worst = severities.findLast((severity) => count(severity) > 0);
  const isAct = worst === 'CRITICAL' || worst === 'HIGH';
  return {
    status: isAct ? 'ACT' : open.length > 0 || notAssessed.length > 0 ? 'ATTENTION' : 'OK',
    sentence: open.length === 0 ? 'Everything that was assessed is in order.' : `${open.length} findings are open.`,
    findings: open.length,
    confirmed: confirmed.length,
    unconfirmed: open.length - confirmed.length,
    new: open.filter((finding) => finding.change === 'new').length,
    resolved: findings.filter((finding) => finding.change === 'resolved').length,
    ignored: ignored.length,
    ignoredBytes: sumReclaimable(ignored),
    bySeverity: { LOW: count('LOW'), MEDIUM: count('MEDIUM'), HIGH: count('HIGH'), CRITICAL: count('CRITICAL') },
    byCheck: {},
    reclaimableBytes: sumReclaimable(open),
    confirmedReclaimableBytes: sumReclaimable(confirmed),
    unconfirmedReclaimableBytes: sumReclaimable(open) - sumReclaimable(confirmed),
    notAssessed: [...notAssessed],
  };
}

function sumReclaimable(findings: readonly Finding[]): number {
  return findings.reduce((sum, finding) => sum + (finding.bytes.reclaimable ?? 0), 0);
}

/** A lived-in estate: 3 pools, 60 volumes, every check, something not assessed, ignored, resolved, and odd names. */
export function makeRichResult(findingCount = 60): ScanResult {
  const volumes = makeVolumes();
  const findings = makeFindings(findingCount, volumes);
  const notAssessed: ScanResult['summary']['notAssessed'] = [
    {
      what: 'Volume attachments of cluster staging',
      because: 'the API server answered 403 to the list of volumeattachments.',
      remedy: 'Grant list on volumeattachments.storage.k8s.io to the service account strandline.',
      checks: ['attachment-stale'],
      scopes: ['cluster/staging'],
    },
    {
      what: 'Datasets below vault/legacy on nas02',
      because: 'the parent dataset is locked, so its children cannot be told from missing ones.',
      checks: ['volume-without-backend', 'backend-without-share'],
      scopes: ['backend/staging/csi.truenas.io@nas02'],
    },
  ];
  const base = makeResult({ findings });
  return {
    ...base,
    scan: { ...base.scan, complete: false, configDigest: 'sha256:9b1f04c2' },
    scope: makeScope(),
    sections: makeSections(),
    checks: makeChecks(findings),
    usage: makeUsage(volumes),
    ignoreRules: [
      {
        rule: 'keep-gitlab-restore',
        from: 'config',
        reason: 'Restore drill of 2026-10, kept until the audit is over',
        owner: 'team-platform',
        until: '2026-12-05T00:00:00.000Z',
        state: 'expiresSoon',
        matched: 2,
      },
      {
        rule: 'nas02 vault/legacy/archive',
        from: 'property',
        reason: 'Архив бухгалтерии, хранить до конца года',
        owner: '李明',
        state: 'active',
        matched: 1,
      },
      { rule: 'ignore[4]', from: 'config', reason: 'old CI namespace', state: 'dead', matched: 0 },
    ],
    notes: [
      {
        kind: 'backend',
        text: 'Backend csi.truenas.io of staging was inferred from its volumes; declare it to confirm.',
      },
      { kind: 'clock', text: 'The clock of nas02 is 6 min 10 s ahead of ours; minAge was raised by as much.' },
    ],
    summary: {
      ...summarise(findings, notAssessed),
      sentence:
        'Two claims in shop lost their data and three volumes share a dataset with another one; since yesterday four datasets in tank/k8s were left behind. Restore shop/orders-data first.',
    },
  };
}

const namespaces = ['shop', 'billing', 'gitlab', 'monitoring', 'media', 'mail', 'wiki', 'ci', 'erp', 'data-lake'];
const claims = ['orders-data', 'postgres-0', 'uploads', 'redis-0', 'prometheus-0', 'index', 'cache', 'archive'];

function makeVolumes(): VolumeUsage[] {
  return Array.from({ length: 60 }, (_, index) => {
    const onFlash = index % 3 === 1;
    const isStaging = index % 6 === 5;
    const isZvol = index % 2 === 1;
    const uuid = uuidOf(index);
    const provisionedBytes = [10, 20, 50, 100, 250, 500][index % 6] as number;
    const usedShare = ((index * 37) % 97) / 100;
    const usedBytes = Math.round(provisionedBytes * gib * usedShare);
    const [nas, pool] = isStaging ? ['nas02', 'vault'] : ['nas01', onFlash ? 'flash' : 'tank'];
    const isUnknown = index === 41;
    return {
      cluster: isStaging ? 'staging' : 'prod',
      backend: isStaging ? 'backend/staging/csi.truenas.io@nas02' : 'backend/prod/org.democratic-csi.nfs@nas01',
      nas: nas as string,
      pool: pool as string,
      dataset: `${pool}/k8s/v/pvc-${uuid}`,
      persistentVolume: `pvc-${uuid}`,
      uid: uuid,
      ...(index % 29 === 28
        ? {}
        : {
            namespace: namespaces[index % 10] as string,
            claim: `${claims[index % 8]}${index > 39 ? `-${index}` : ''}`,
          }),
      storageClass: isZvol ? 'truenas-iscsi' : 'truenas-nfs',
      kind: isZvol ? 'zvol' : 'filesystem',
      thin: index % 4 !== 3,
      provisionedBytes: provisionedBytes * gib,
      ...(isUnknown
        ? {}
        : {
            usedBytes,
            dataBytes: Math.round(usedBytes * 0.83),
            snapshotBytes: usedBytes - Math.round(usedBytes * 0.83),
            logicalBytes: Math.round(usedBytes * 1.6),
            utilisation: usedShare,
            snapshotCount: (index * 7) % 31,
          }),
    };
  });
}

function uuidOf(index: number): string {
  const hex = (index * 2_654_435_761 + 97).toString(16).padStart(12, '0').slice(-12);
  return `${hex.slice(0, 8)}-${hex.slice(4, 8)}-4${hex.slice(1, 4)}-9${hex.slice(2, 5)}-${hex}`;
}

function makeFindings(count: number, volumes: readonly VolumeUsage[]): Finding[] {
  return Array.from({ length: count }, (_, index) => {
    // Dangerous checks are rare in life: the first 22 findings show each once, the rest are leftovers.
    const check = index < 22 ? checkIds[index] : leftovers[index % leftovers.length];
    const place: Place = { volume: volumes[index % volumes.length] as VolumeUsage, index, odd: oddNames.get(index) };
    return makeFinding(check as CheckId, place);
  });
}

const leftovers: readonly CheckId[] = [
  'backend-without-volume',
  'backend-snapshot-without-object',
  'claim-unused',
  'volume-released',
  'backend-without-volume',
  'snapshot-expired',
  'volume-retained',
  'share-without-backend',
  'backend-without-volume',
  'temporary-snapshot-left',
  'volume-without-backend',
];

const oddNames = new Map<number, string>([
  [1, '数据库备份'],
  [23, 'Документы отдела'],
  [24, 'photos-🎉-2026'],
  ...hostileStrings.map((text, index): [number, string] => [26 + index, text]),
]);

function makeScope(): ScanResult['scope'] {
  return {
    clusters: [
      { name: 'prod', uid: 'c-prod', version: 'v1.34.2', reached: true, clockSkewMs: 120 },
      { name: 'staging', uid: 'c-staging', version: 'v1.33.6', reached: true, clockSkewMs: -80 },
    ],
    nases: [
      {
        name: 'nas01',
        hostId: 'h1',
        version: 'TrueNAS 25.10.1',
        transport: 'JSON-RPC',
        reached: true,
        clockSkewMs: -340,
      },
      {
        name: 'nas02',
        hostId: 'h2',
        version: 'TrueNAS 24.10.2',
        transport: 'REST',
        reached: true,
        clockSkewMs: 370_000,
      },
    ],
    backends: [
      {
        id: 'backend/prod/org.democratic-csi.nfs@nas01',
        cluster: 'prod',
        driver: 'org.democratic-csi.nfs',
        family: 'democratic-csi',
        nas: 'nas01',
        protocol: 'nfs',
        parents: ['tank/k8s/v', 'flash/k8s/v'],
        detachedParents: ['tank/k8s/s'],
        exclusive: true,
        foundBy: 'config',
        volumes: 50,
      },
      {
        id: 'backend/staging/csi.truenas.io@nas02',
        cluster: 'staging',
        driver: 'csi.truenas.io',
        family: 'truenas-csi',
        nas: 'nas02',
        protocol: 'iscsi',
        parents: ['vault/k8s/v'],
        detachedParents: [],
        exclusive: false,
        foundBy: 'volumes',
        volumes: 10,
      },
    ],
    filters: [],
  };
}

const clusterSections = [
  'persistentVolumes',
  'persistentVolumeClaims',
  'storageClasses',
  'volumeSnapshots',
  'volumeSnapshotContents',
  'volumeAttachments',
  'nodes',
  'pods',
];
const nasSections = [
  'pools',
  'datasets',
  'snapshots',
  'nfsShares',
  'smbShares',
  'iscsiTargets',
  'iscsiExtents',
  'nvmeNamespaces',
];

function makeSections(): ScanResult['sections'] {
  const list = (source: string, names: readonly string[]) =>
    names.map((name, index) => ({ source, name, ok: true, count: 7 + index * 13, takenAt: startedAt }));
  return [
    ...list('nas/nas01', nasSections),
    ...list('nas/nas02', nasSections).map((section) =>
      section.name === 'nvmeNamespaces' ? { ...section, count: 0, absent: 'TrueNAS 24.10 has no NVMe-oF' } : section,
    ),
    ...list('cluster/prod', clusterSections),
    ...list('cluster/staging', clusterSections).map((section) =>
      section.name === 'volumeAttachments'
        ? {
            source: section.source,
            name: section.name,
            ok: false,
            error: {
              code: 'forbidden',
              message: 'The API server answered 403 to the list of volumeattachments.',
              remedy: 'Grant list on volumeattachments.storage.k8s.io to the service account strandline.',
            },
            takenAt: startedAt,
          }
        : section,
    ),
  ];
}

function makeChecks(findings: readonly Finding[]): CheckOutcome[] {
  const scopes = ['backend/prod/org.democratic-csi.nfs@nas01', 'backend/staging/csi.truenas.io@nas02'];
  return checkIds.flatMap((id) =>
    scopes.map((scope, index): CheckOutcome => {
      const count = findings.filter((finding) => finding.check === id && finding.scope === scope).length;
      const isBlind = index === 1 && (id === 'attachment-stale' || id === 'backend-without-share');
      if (isBlind)
        return {
          id,
          scope,
          status: 'notAssessed',
          because: 'volumeAttachments could not be read: 403',
          count: 0,
          undecided: [],
        };
      const undecided =
        id === 'volume-without-backend' && index === 1
          ? [{ kind: 'PersistentVolume', name: 'pvc-legacy-03', because: 'its parent dataset vault/legacy is locked' }]
          : [];
      return { id, scope, status: count > 0 ? 'found' : 'passed', count, undecided };
    }),
  );
}

function makeUsage(volumes: readonly VolumeUsage[]): ScanResult['usage'] {
  const group = (keyOf: (volume: VolumeUsage) => string) =>
    [...Map.groupBy(volumes, keyOf)].map(([key, members]) => ({
      key,
      volumes: members.length,
      unknown: members.filter((volume) => volume.usedBytes === undefined).length,
      provisionedBytes: sumOf(members, 'provisionedBytes'),
      usedBytes: sumOf(members, 'usedBytes'),
      dataBytes: sumOf(members, 'dataBytes'),
      snapshotBytes: sumOf(members, 'snapshotBytes'),
    }));
  return {
    volumes: [...volumes],
    namespaces: group((volume) => `${volume.cluster}/${volume.namespace ?? '(no claim)'}`),
    storageClasses: group((volume) => `${volume.cluster}/${volume.storageClass}`),
    backends: group((volume) => volume.backend),
    pools: [
      makePool('nas01', 'tank', 21.8, 18.1, 34.4, 31, '2026-11-16T02:00:00.000Z'),
      makePool('nas01', 'flash', 3.49, 1.62, 2.9, 12, '2026-11-20T02:00:00.000Z'),
      {
        ...makePool('nas02', 'vault', 43.6, 40.2, 41, 44, '2026-08-02T02:00:00.000Z'),
        healthy: false,
        status: 'DEGRADED',
      },
    ],
    snapshotOrigins: [
      { nas: 'nas01', origin: 'csi', count: 214, usedBytes: 312 * gib },
      { nas: 'nas01', origin: 'velero', count: 61, usedBytes: 90 * gib },
      { nas: 'nas01', origin: 'periodicTask', count: 1_340, usedBytes: 1.4 * tib },
      { nas: 'nas01', origin: 'replication', count: 96 },
      { nas: 'nas01', origin: 'temporary', count: 9, usedBytes: 2 * gib },
      { nas: 'nas02', origin: 'sanoid', count: 480, usedBytes: 801 * gib },
      { nas: 'nas02', origin: 'manual', count: 12, usedBytes: 44 * gib },
    ].map((row) => ('usedBytes' in row ? { ...row, usedBytes: Math.round(row.usedBytes as number) } : row)),
    notAssessed: [{ what: 'Live data of 1 volume', because: 'nas01 did not tell usedbydataset for it' }],
  };
}

function makePool(
  nas: string,
  pool: string,
  usableTib: number,
  usedTib: number,
  promisedTib: number,
  fragmentationPercent: number,
  lastScrubAt: string,
): ScanResult['usage']['pools'][number] {
  const usableBytes = Math.round(usableTib * tib);
  const usedBytes = Math.round(usedTib * tib);
  const promisedBytes = Math.round(promisedTib * tib);
  return {
    nas,
    pool,
    status: 'ONLINE',
    healthy: true,
    usableBytes,
    usedBytes,
    availableBytes: usableBytes - usedBytes,
    fragmentationPercent,
    lastScrubAt,
    promisedBytes,
    overcommitRatio: promisedBytes / usableBytes,
    volumes: 20,
  };
}

function sumOf(
  volumes: readonly VolumeUsage[],
  field: 'provisionedBytes' | 'usedBytes' | 'dataBytes' | 'snapshotBytes',
) {
  return volumes.reduce((sum, volume) => sum + (volume[field] ?? 0), 0);
}
