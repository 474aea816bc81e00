import type { Detector, Needs, ScopedLinks, Verdicts, View } from '../../src/model/check.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import type {
  Claim,
  ClusterSections,
  PersistentVolume,
  VolumeSnapshot,
  VolumeSnapshotContent,
} from '../../src/model/kubernetes.ts';
import type { ContentLink, SnapshotLink, VolumeLink } from '../../src/model/links.ts';
import type { JudgeOptions } from '../../src/model/options.ts';
import type { Dataset, NasSections, ZfsSnapshot } from '../../src/model/truenas.ts';
import { buildContext } from '../../src/run/judge-context.ts';
import { judgeOptions } from './make-draft.ts';
import { makeBackend, makeCluster, makeLinks, makeNas } from './make-guard-input.ts';
import { makeMeta, read } from './make-inventory.ts';

const now = new Date('2026-11-23T02:00:00Z');
const minuteMs = 60_000;

/** The clocks of both sources run ahead of ours: who goes by the wrong one is off by minutes. */
const clusterSkewMs = minuteMs;
const nasSkewMs = 2 * minuteMs;

/** When something that is that old by the clock of its source came to be, by the same clock. */
export const agoOnCluster = (ms: number) => new Date(now.getTime() + clusterSkewMs - ms).toISOString();
export const agoOnNas = (ms: number) => new Date(now.getTime() + nasSkewMs - ms).toISOString();

type Items<S> = { [K in keyof S]?: readonly unknown[] };

export interface DetectorParts {
  /** Lists of cluster prod, as the check and `peek` see them. */
  readonly cluster?: Items<ClusterSections>;
  /** Lists of nas01. */
  readonly nas?: Items<NasSections>;
  readonly links?: Partial<ScopedLinks>;
  readonly options?: Partial<JudgeOptions>;
  readonly backend?: View<Needs>['backend'];
  readonly scope?: string;
}

/** Runs one check on what is given and nothing else; a list that is not given reads as unread to `peek`. */
export function runDetector(detector: Detector, parts: DetectorParts): Verdicts {
  const { cluster = {}, nas = {}, links = {}, options = {}, backend, scope = 'here' } = parts;
  const sections = (items: object) =>
    Object.fromEntries(Object.entries(items).map(([name, list]) => [name, read(list)]));
  const inventory: Inventory = {
    schemaVersion: 1,
    clusters: [makeCluster(sections(cluster), { clockSkewMs: clusterSkewMs })],
    nases: [makeNas(sections(nas), { clockSkewMs: nasSkewMs })],
  };
  const view = {
    scope,
    ...(backend !== undefined && { backend }),
    cluster: { name: 'prod', ...cluster },
    nas: { name: 'nas01', ...nas },
    everyCluster: [],
    links: makeLinks(links),
  };
  return detector.run(view as unknown as View<Needs>, buildContext(inventory, judgeOptions(options), now));
}

/** The names of what was found, and what was left undecided with the reason. */
export function saidBy(detector: Detector, parts: DetectorParts) {
  const { findings, undecided } = runDetector(detector, parts);
  return {
    found: findings.map(({ resource }) => resource.name),
    undecided: undecided.map(({ kind, name, because }) => `${kind} ${name}: ${because}`),
  };
}

export const nothing = { found: [], undecided: [] };

/** Like the object, without some of its fields: `undefined` is not the same as absent. */
export function without<T extends object, K extends keyof T>(object: T, ...keys: readonly K[]): Omit<T, K> {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key as K))) as Omit<T, K>;
}

export function makeVolume(name: string, parts: Partial<PersistentVolume> = {}): PersistentVolume {
  return {
    ...makeMeta(name),
    phase: 'Bound',
    reclaimPolicy: 'Delete',
    accessModes: [],
    mountOptions: [],
    plaintextSecretKeys: [],
    csi: { driver: 'org.democratic-csi.nfs', handle: name, attributes: {} },
    ...parts,
  };
}

/** A volume without a dataset: of nas01's backend, its pods known to be none. */
export function makeVolumeLink(volume: PersistentVolume, parts: Partial<VolumeLink> = {}): VolumeLink {
  return {
    cluster: 'prod',
    volume,
    backend: makeBackend(),
    backing: { status: 'absent' },
    share: { status: 'unknown', unread: [] },
    mountedBy: { status: 'absent' },
    ...parts,
  };
}

export const standsOn = (dataset: Dataset): VolumeLink['backing'] => ({
  status: 'found',
  value: { nas: 'nas01', dataset, by: 'name' },
});

/** A list that is missing for an answer, and how it is said. */
export const unread = {
  status: 'unknown',
  unread: [{ source: 'nas/nas01', name: 'datasets', because: 'no connection' }],
} as const;
export const unreadWords = 'nas/nas01 datasets: no connection';

export function makeClaim(name: string, parts: Partial<Claim> = {}): Claim {
  return {
    ...makeMeta(name),
    namespace: 'shop',
    phase: 'Bound',
    accessModes: [],
    conditions: [],
    ownerRefs: [],
    ...parts,
  };
}

export function makeVolumeSnapshot(name: string, parts: Partial<VolumeSnapshot> = {}): VolumeSnapshot {
  return { ...makeMeta(name), namespace: 'shop', ...parts };
}

export function makeContent(name: string, parts: Partial<VolumeSnapshotContent> = {}): VolumeSnapshotContent {
  return {
    ...makeMeta(name),
    driver: 'org.democratic-csi.nfs',
    deletionPolicy: 'Delete',
    beingCreated: false,
    beingDeleted: false,
    ...parts,
  };
}

export function makeContentLink(content: VolumeSnapshotContent, parts: Partial<ContentLink> = {}): ContentLink {
  return {
    cluster: 'prod',
    content,
    backend: makeBackend(),
    backing: { status: 'found', value: { nas: 'nas01', name: 'tank/k8s/vols/pvc-1@s', kind: 'snapshot' } },
    ...parts,
  };
}

export function makeZfsSnapshot(name: string, parts: Partial<ZfsSnapshot> = {}): ZfsSnapshot {
  const [dataset = '', snapshotName = ''] = name.split('@');
  return {
    name,
    dataset,
    snapshotName,
    createdAt: '2026-01-05T00:00:00Z',
    usedBytes: 7,
    userProperties: {},
    userPropertiesRead: true,
    ...parts,
  };
}

export function makeSnapshotLink(snapshot: ZfsSnapshot, parts: Partial<SnapshotLink> = {}): SnapshotLink {
  return {
    nas: 'nas01',
    snapshot,
    origin: 'csi',
    backend: makeBackend(),
    uses: { status: 'absent' },
    clones: [],
    ...parts,
  };
}
