import type { Blocker, Finding } from '../../src/model/finding.ts';
import type { ScanResult } from '../../src/model/scan-result.ts';
import { makeResult, startedAt } from './make-result.ts';

export const backendId = 'backend/prod/org.democratic-csi.nfs@nas01';

const clusterSections = [
  'persistentVolumes',
  'claims',
  'volumeSnapshots',
  'volumeSnapshotContents',
  'nodes',
  'volumeAttachments',
];
const nasSections = ['datasets', 'snapshots', 'pools', 'replications'];

/** A confirmed leftover on nas01. */
export function makeLeftover(name: string, fields: Partial<Finding> = {}): Finding {
  return {
    id: `id-${name}`,
    check: 'backend-without-volume',
    severity: 'HIGH',
    confirmation: 'confirmed',
    change: 'open',
    confidence: 'high',
    scope: backendId,
    resource: { source: 'nas/nas01', nas: 'nas01', kind: 'Dataset', name, uid: '7' },
    owner: {},
    age: { firstSeenAt: startedAt, scansSeen: 3 },
    bytes: { reclaimable: 1024 },
    why: 'no PersistentVolume refers to it',
    evidence: [],
    blockers: [],
    remediation: { steps: [], commands: [], docs: '' },
    ...fields,
  };
}

export function makeLeftoverSnapshot(name: string, fields: Partial<Finding> = {}): Finding {
  return makeLeftover(name, {
    check: 'backend-snapshot-without-object',
    resource: { source: 'nas/nas01', nas: 'nas01', kind: 'ZfsSnapshot', name },
    ...fields,
  });
}

export function clone(name: string): Blocker {
  return { kind: 'clone', name, why: 'is a clone of one of its snapshots' };
}

/** Two clusters and a NAS, all read; every check of the findings passed its scope. */
export function makePlanResult(findings: readonly Finding[], overrides: Partial<ScanResult> = {}): ScanResult {
  const at = { ok: true, count: 1, takenAt: startedAt };
  const scopes = new Map(findings.map(({ check, scope }) => [`${check} ${scope}`, { check, scope }]));
  return makeResult({
    findings: [...findings],
    scope: {
      clusters: [
        { name: 'prod', reached: true },
        { name: 'staging', reached: true },
      ],
      nases: [{ name: 'nas01', release: '25.04', reached: true }],
      backends: [
        {
          id: backendId,
          cluster: 'prod',
          driver: 'org.democratic-csi.nfs',
          family: 'democratic-csi',
          nas: 'nas01',
          protocol: 'nfs',
          parents: ['tank/k8s/v'],
          detachedParents: ['tank/k8s/s'],
          exclusive: false,
          foundBy: 'config',
          volumes: 3,
        },
      ],
      filters: [],
    },
    sections: [
      ...['prod', 'staging'].flatMap((name) =>
        clusterSections.map((section) => ({ source: `cluster/${name}`, name: section, ...at })),
      ),
      ...nasSections.map((section) => ({ source: 'nas/nas01', name: section, ...at })),
    ],
    checks: [...scopes.values()].map(({ check, scope }) => ({
      id: check,
      scope,
      status: 'found',
      count: 1,
      undecided: [],
    })),
    ...overrides,
  });
}
