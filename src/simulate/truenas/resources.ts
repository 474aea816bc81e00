import { bigNumber } from './big-number.ts';
import type { Context } from './context.ts';
import { isHidden } from './datasets.ts';
import { Failure } from './failure.ts';
import type { Node, SnapshotNode, Source } from './filesystem.ts';
import { secondsOf } from './property.ts';
import type { Row } from './query.ts';
import { isSince } from './release.ts';
import { nativeValues } from './snapshots.ts';

/** `zfs.resource.query`: the native names and values, user properties without a source. */
export function queryResources(context: Context, argument: Row): readonly Row[] {
  const isLatest = isSince(context.release, '26');
  const paths = pathsOf(argument);
  const withChildren = argument['get_children'] === true;
  if (withChildren) refuseOverlap(paths);
  const shape: ResourceShape = {
    properties: 'properties' in argument ? (argument['properties'] as readonly string[] | null) : [],
    userProperties: argument['get_user_properties'] === true,
    source: typeof argument['get_source'] === 'boolean' ? argument['get_source'] : !isLatest,
    isLatest,
  };
  const wantsInternal = paths.some((path) => isInternal(path, context));
  const isShown = (node: Node) => wantsInternal || !isInternal(node.state.name, context);
  const starts = paths.length === 0 ? context.fileSystem.roots : paths.flatMap((path) => find(path, context, isLatest));
  if (argument['nest_results'] === true) {
    const nest = (node: Node): Row => ({
      ...resourceRow(node, shape),
      children: withChildren ? node.children.filter(isShown).map(nest) : [],
    });
    return starts.filter(isShown).map(nest);
  }
  const flat = withChildren ? starts.flatMap(withDescendants) : starts;
  return flat.filter(isShown).map((node) => resourceRow(node, shape));
}

/** `zfs.resource.snapshot.query` (26). No properties unless they are named, whatever its schema promises. */
export function queryResourceSnapshots(context: Context, argument: Row): readonly Row[] {
  const names = (argument['properties'] ?? []) as readonly string[] | null;
  const min = Number(argument['min_txg'] ?? 0);
  const max = Number(argument['max_txg'] ?? 0);
  const rows: Row[] = [];
  for (const node of snapshotsBelow(context, argument)) {
    const { createTxg } = node.state;
    if (createTxg < min || (max > 0 && createTxg > max)) continue;
    rows.push(snapshotRow(node, names, argument));
  }
  return rows;
}

/** `zfs.resource.snapshot.count` (26): dataset → number. */
export function countResourceSnapshots(context: Context, argument: Row): Row {
  const counts: Record<string, number> = {};
  for (const dataset of datasetsBelow(context, argument)) counts[dataset.state.name] = dataset.snapshots.length;
  return counts;
}

function snapshotsBelow(context: Context, argument: Row): readonly SnapshotNode[] {
  const named = pathsOf(argument)
    .filter((path) => path.includes('@'))
    .map((path) => context.fileSystem.snapshots.get(path) ?? missing(path));
  return [...named, ...datasetsBelow(context, argument).flatMap((node) => node.snapshots)];
}

function datasetsBelow(context: Context, argument: Row): readonly Node[] {
  const all = pathsOf(argument);
  const paths = all.filter((path) => !path.includes('@'));
  if (all.length > 0 && paths.length === 0) return [];
  const isRecursive = argument['recursive'] === true;
  if (isRecursive) refuseOverlap(paths);
  const wantsInternal = paths.some((path) => isInternal(path, context));
  const starts = paths.length === 0 ? context.fileSystem.roots : paths.flatMap((path) => find(path, context, false));
  const found = isRecursive ? starts.flatMap(withDescendants) : starts;
  return found.filter((node) => wantsInternal || !isInternal(node.state.name, context));
}

function pathsOf(argument: Row): readonly string[] {
  return (argument['paths'] ?? []) as readonly string[];
}

/** Its own datasets: 26 looks at the second part of a name only, before it as `pool.dataset.query` does. */
function isInternal(name: string, context: Context): boolean {
  if (!isSince(context.release, '26')) return isHidden(name, context);
  const [pool = '', second = ''] = name.split('/');
  return pool === 'boot-pool' || internal.has(second);
}

const internal = new Set(['.system', 'ix-applications', 'ix-apps', '.ix-virt', '.truenas_containers']);

function find(path: string, context: Context, mayMiss: boolean): readonly Node[] {
  const node = context.fileSystem.nodes.get(path);
  if (node !== undefined) return [node];
  return mayMiss ? [] : missing(path);
}

function missing(path: string): never {
  throw new Failure('notFound', `[ENOENT] '${path}': not found`);
}

function refuseOverlap(paths: readonly string[]): void {
  const sorted = paths.toSorted();
  for (const [index, path] of sorted.entries()) {
    const next = sorted[index + 1];
    if (next === path || next?.startsWith(`${path}/`) === true) {
      throw new Failure('validation', `Overlapping paths: ${path} and ${next}`, 'paths');
    }
  }
}

function withDescendants(node: Node): readonly Node[] {
  return [node, ...node.children.flatMap(withDescendants)];
}

interface ResourceShape {
  readonly properties: readonly string[] | null;
  readonly userProperties: boolean;
  readonly source: boolean;
  readonly isLatest: boolean;
}

function resourceRow(node: Node, shape: ResourceShape): Row {
  const { state } = node;
  return {
    createtxg: state.createTxg,
    guid: bigNumber(state.guid),
    name: state.name,
    pool: node.pool,
    properties: resourceProperties(node, shape),
    type: state.type,
    user_properties: shape.userProperties
      ? Object.fromEntries([...node.userProperties].map(([name, { value }]) => [name, value]))
      : null,
    children: null,
    ...(shape.isLatest && { tier: null }),
  };
}

const spaceProperties = [
  'available',
  'used',
  'usedbychildren',
  'usedbydataset',
  'usedbyrefreservation',
  'usedbysnapshots',
] as const;

function resourceProperties(node: Node, shape: ResourceShape): Row | null {
  if (shape.properties === null) return shape.isLatest ? null : {};
  const values = datasetValues(node);
  const rows: Record<string, Row> = {};
  for (const name of shape.properties.length === 0 ? spaceProperties : shape.properties) {
    const entry = values[name];
    if (entry === undefined) continue;
    const [value, source = 'NONE'] = entry;
    rows[name] = {
      raw: String(value),
      source: shape.source && source !== 'NONE' ? { type: source, value: null } : null,
      value: name === 'guid' ? bigNumber(String(value)) : value,
    };
  }
  return rows;
}

function datasetValues(node: Node): Readonly<Record<string, readonly [string | number, Source?] | undefined>> {
  const { state } = node;
  const isVolume = state.type === 'VOLUME';
  return {
    available: [node.availableBytes],
    used: [node.usedBytes],
    usedbychildren: [node.usedByChildrenBytes],
    usedbydataset: [state.dataBytes],
    usedbyrefreservation: [node.usedByRefreservationBytes],
    usedbysnapshots: [node.usedBySnapshotsBytes],
    referenced: [node.referencedBytes],
    logicalused: [node.logicalUsedBytes],
    logicalreferenced: [state.logicalBytes ?? node.referencedBytes],
    written: [state.dataBytes],
    creation: [secondsOf(state.createdAt)],
    createtxg: [state.createTxg],
    guid: [state.guid],
    origin: state.origin === undefined ? ['none'] : [state.origin],
    compression: [node.compression.value, node.compression.source],
    compressratio: ['1.00'],
    dedup: ['off', 'DEFAULT'],
    readonly: ['off', 'DEFAULT'],
    reservation: limitValue(state.reservationBytes),
    refreservation: limitValue(state.refreservationBytes),
    ...(isVolume
      ? { volsize: [state.volsizeBytes ?? 0, 'LOCAL'], volblocksize: [state.volblocksizeBytes ?? 16_384] }
      : {
          quota: limitValue(state.quotaBytes),
          refquota: limitValue(state.refquotaBytes),
          recordsize: [Number(node.recordsize.value), node.recordsize.source],
          mountpoint: [node.mountpoint ?? 'none', 'DEFAULT'],
        }),
    encryptionroot: [node.encryptionRoot ?? '-'],
    keystatus: [node.encryptionRoot === null ? '-' : node.locked ? 'unavailable' : 'available'],
  };
}

function limitValue(bytes: number | undefined): readonly [number, Source] {
  return bytes === undefined ? [0, 'DEFAULT'] : [bytes, 'LOCAL'];
}

function snapshotRow(node: SnapshotNode, names: readonly string[] | null, argument: Row): Row {
  const { state, dataset } = node;
  return {
    createtxg: state.createTxg,
    guid: bigNumber(state.guid),
    name: state.name,
    pool: dataset.pool,
    dataset: dataset.state.name,
    snapshot_name: node.shortName,
    type: 'SNAPSHOT',
    holds: argument['get_holds'] === true ? (state.holds ?? []) : null,
    properties: names === null ? null : snapshotProperties(node, names),
    user_properties: argument['get_user_properties'] === true ? allUserProperties(node) : null,
  };
}

function snapshotProperties(node: SnapshotNode, names: readonly string[]): Row {
  const values = nativeValues(node);
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = values[name];
      return value === undefined ? [] : [[name, { raw: String(value), source: null, value }]];
    }),
  );
}

/** Own and inherited ones alike: this call tells no source. */
function allUserProperties({ state, dataset }: SnapshotNode): Row {
  return {
    ...Object.fromEntries([...dataset.userProperties].map(([name, { value }]) => [name, value])),
    ...state.userProperties,
  };
}
