import type { DatasetState, NasState, PoolState, SnapshotState } from '../estate.ts';

/** A dataset in its tree, with everything ZFS would compute: sums, inheritance, mountpoint, clones. */
export interface Node {
  readonly state: DatasetState;
  readonly pool: string;
  readonly parent: Node | undefined;
  readonly children: Node[];
  readonly snapshots: SnapshotNode[];
  /** null for zvols. */
  readonly mountpoint: string | null;
  readonly encryptionRoot: string | null;
  readonly locked: boolean;
  readonly userProperties: ReadonlyMap<string, UserProperty>;
  readonly compression: InheritedValue;
  readonly recordsize: InheritedValue;
  usedBytes: number;
  usedByChildrenBytes: number;
  usedBySnapshotsBytes: number;
  usedByRefreservationBytes: number;
  referencedBytes: number;
  logicalUsedBytes: number;
  availableBytes: number;
}

export interface SnapshotNode {
  readonly state: SnapshotState;
  readonly dataset: Node;
  readonly shortName: string;
  readonly clones: string[];
}

export type Source = 'LOCAL' | 'INHERITED' | 'RECEIVED' | 'DEFAULT' | 'NONE';

export interface UserProperty {
  readonly value: string;
  readonly source: Source;
  /** Where it was inherited from. */
  readonly from: string | null;
}

export interface InheritedValue {
  readonly value: string;
  readonly source: Source;
  /** The dataset where it is set: itself or an ancestor. */
  readonly from: string | null;
}

export interface FileSystem {
  readonly nodes: ReadonlyMap<string, Node>;
  readonly snapshots: ReadonlyMap<string, SnapshotNode>;
  readonly roots: readonly Node[];
  /** Mountpoint → dataset. */
  readonly mounts: ReadonlyMap<string, Node>;
}

const built = new WeakMap<NasState, FileSystem>();

/** The state as ZFS sees it; built once per state. Datasets of pools that are offline or absent do not show. */
export function fileSystemOf(state: NasState): FileSystem {
  const known = built.get(state);
  if (known !== undefined) return known;
  const fileSystem = build(state);
  built.set(state, fileSystem);
  return fileSystem;
}

function build(state: NasState): FileSystem {
  const pools = new Map(state.pools.filter((pool) => isImported(pool)).map((pool) => [pool.name, pool]));
  const nodes = new Map<string, Node>();
  const ordered = state.datasets.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  for (const dataset of ordered.toSorted((a, b) => depth(a.name) - depth(b.name))) {
    const pool = dataset.name.split('/')[0] ?? '';
    if (!pools.has(pool)) continue;
    const parentName = dataset.name.slice(0, Math.max(0, dataset.name.lastIndexOf('/')));
    const parent = nodes.get(parentName);
    if (parent === undefined && parentName !== '')
      throw new Error(`${dataset.name} has no parent dataset in the state`);
    const node = makeNode(dataset, pool, parent);
    nodes.set(dataset.name, node);
    parent?.children.push(node);
  }
  const sorted = new Map(ordered.flatMap(({ name }) => entry(name, nodes.get(name))));
  const snapshots = linkSnapshots(state, sorted);
  const roots = [...sorted.values()].filter((node) => node.parent === undefined);
  for (const root of roots) {
    sumUp(root, snapshots);
    spread(root, freeOf(pools.get(root.pool)));
  }
  const mounts = new Map(
    [...sorted.values()].flatMap((node) => (node.mountpoint === null ? [] : [[node.mountpoint, node]])),
  );
  return { nodes: sorted, snapshots, roots, mounts };
}

export function isImported(pool: PoolState): boolean {
  return pool.status === 'ONLINE' || pool.status === 'DEGRADED';
}

function entry(name: string, node: Node | undefined): readonly (readonly [string, Node])[] {
  return node === undefined ? [] : [[name, node]];
}

function depth(name: string): number {
  return name.split('/').length;
}

function makeNode(state: DatasetState, pool: string, parent: Node | undefined): Node {
  return {
    state,
    pool,
    parent,
    children: [],
    snapshots: [],
    mountpoint: state.type === 'VOLUME' ? null : (state.mountpoint ?? `/mnt/${state.name}`),
    encryptionRoot: parent?.encryptionRoot ?? (state.encrypted === true ? state.name : null),
    locked: state.locked === true || parent?.locked === true,
    userProperties: inherit(state, parent),
    compression: inherited(state.compression, state.name, parent?.compression, 'lz4'),
    recordsize: inherited(state.recordsizeBytes?.toString(), state.name, parent?.recordsize, '131072'),
    usedBytes: 0,
    usedByChildrenBytes: 0,
    usedBySnapshotsBytes: 0,
    usedByRefreservationBytes: 0,
    referencedBytes: 0,
    logicalUsedBytes: 0,
    availableBytes: 0,
  };
}

function inherit(state: DatasetState, parent: Node | undefined): ReadonlyMap<string, UserProperty> {
  const own = Object.entries(state.userProperties ?? {});
  if (own.length === 0 && (parent === undefined || parent.userProperties.size === 0)) return noProperties;
  const all = new Map<string, UserProperty>();
  for (const [name, property] of parent?.userProperties ?? []) {
    all.set(name, { value: property.value, source: 'INHERITED', from: property.from ?? parent?.state.name ?? null });
  }
  for (const [name, value] of own) {
    all.set(name, { value, source: state.received === true ? 'RECEIVED' : 'LOCAL', from: null });
  }
  return all;
}

const noProperties: ReadonlyMap<string, UserProperty> = new Map();

function inherited(
  own: string | undefined,
  name: string,
  parent: InheritedValue | undefined,
  fallback: string,
): InheritedValue {
  if (own !== undefined) return { value: own, source: 'LOCAL', from: name };
  if (parent === undefined || parent.source === 'DEFAULT') return { value: fallback, source: 'DEFAULT', from: null };
  return { value: parent.value, source: 'INHERITED', from: parent.from };
}

function linkSnapshots(state: NasState, nodes: ReadonlyMap<string, Node>): ReadonlyMap<string, SnapshotNode> {
  const snapshots = new Map<string, SnapshotNode>();
  for (const snapshot of state.snapshots) {
    const at = snapshot.name.indexOf('@');
    const dataset = nodes.get(snapshot.name.slice(0, at));
    if (dataset === undefined) continue;
    const node = { state: snapshot, dataset, shortName: snapshot.name.slice(at + 1), clones: [] };
    dataset.snapshots.push(node);
    snapshots.set(snapshot.name, node);
  }
  for (const node of nodes.values()) {
    if (node.state.origin !== undefined) snapshots.get(node.state.origin)?.clones.push(node.state.name);
  }
  return snapshots;
}

/** Own bytes plus children's, bottom up. A child's reservation counts in full at its parent, used or not. */
function sumUp(node: Node, snapshots: ReadonlyMap<string, SnapshotNode>): void {
  const { state } = node;
  let childrenBytes = 0;
  let childrenLogicalBytes = 0;
  for (const child of node.children) {
    sumUp(child, snapshots);
    childrenBytes += Math.max(child.usedBytes, child.state.reservationBytes ?? 0);
    childrenLogicalBytes += child.logicalUsedBytes;
  }
  const originBytes = state.origin === undefined ? 0 : (snapshots.get(state.origin)?.state.referencedBytes ?? 0);
  node.usedByChildrenBytes = childrenBytes;
  node.usedBySnapshotsBytes =
    state.snapshotBytes ?? node.snapshots.reduce((sum, snapshot) => sum + snapshot.state.usedBytes, 0);
  node.usedByRefreservationBytes =
    state.refreservationExtraBytes ?? Math.max(0, (state.refreservationBytes ?? 0) - state.dataBytes);
  node.referencedBytes = state.dataBytes + originBytes;
  node.logicalUsedBytes = (state.logicalBytes ?? state.dataBytes) + childrenLogicalBytes;
  node.usedBytes =
    state.dataBytes + node.usedBySnapshotsBytes + node.usedByRefreservationBytes + node.usedByChildrenBytes;
}

/** `available`, top down: what the parent has, less where a quota ends it, plus what a reservation holds for oneself. */
function spread(node: Node, parentBytes: number): void {
  const { quotaBytes, refquotaBytes, dataBytes } = node.state;
  let bytes = parentBytes;
  if (quotaBytes !== undefined) bytes = Math.min(bytes, Math.max(0, quotaBytes - node.usedBytes));
  const forChildren = bytes;
  bytes += node.usedByRefreservationBytes;
  if (refquotaBytes !== undefined) bytes = Math.min(bytes, Math.max(0, refquotaBytes - dataBytes));
  node.availableBytes = bytes;
  for (const child of node.children) spread(child, forChildren);
}

function freeOf(pool: PoolState | undefined): number {
  if (pool === undefined) return 0;
  return pool.availableBytes ?? Math.max(0, pool.sizeBytes - pool.allocatedBytes);
}

/** The dataset whose file system a path lies in, and the rest of the path. */
export function datasetOfPath(
  fileSystem: FileSystem,
  path: string,
): { readonly node: Node; readonly rest: string } | undefined {
  let place = path;
  while (place.length > 1) {
    const node = fileSystem.mounts.get(place);
    if (node !== undefined) return { node, rest: path.slice(place.length + 1) };
    place = place.slice(0, Math.max(0, place.lastIndexOf('/')));
  }
  return undefined;
}
