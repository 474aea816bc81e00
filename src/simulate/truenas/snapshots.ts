import type { Context } from './context.ts';
import { isHidden } from './datasets.ts';
import type { SnapshotNode } from './filesystem.ts';
import { bytesProperty, creationProperty, type Property, secondsOf, textProperty } from './property.ts';
import { type Filter, filterList, type QueryOptions, type Row } from './query.ts';

/** `zfs.snapshot.query` up to 25.04, `pool.snapshot.query` from 25.10 on. */
export function querySnapshots(context: Context, filters: readonly Filter[], options: QueryOptions): unknown {
  const extra = options.extra ?? {};
  const isNamesOnly = JSON.stringify(options.select) === '["name"]';
  if (isNamesOnly && context.release === 'core-13') {
    const { select: _, ...rest } = options;
    return filterList(namesOnly(context), filters, rest);
  }
  return filterList(rowsFor(context, extra), filters, options);
}

function rowsFor(context: Context, extra: Row): readonly Row[] {
  const properties = Array.isArray(extra['properties']) ? (extra['properties'] as readonly string[]) : null;
  const shape = { properties, holds: extra['holds'] === true, retention: extra['retention'] === true };
  const rows = context.cached(`snapshots ${JSON.stringify(shape)}`, () =>
    visibleSnapshots(context).map((node) => snapshotRow(node, context, shape)),
  );
  const min = Number(extra['min_txg'] ?? 0);
  const max = Number(extra['max_txg'] ?? 0);
  if (min <= 0 && max <= 0) return rows;
  return rows.filter((row) => {
    const txg = Number(row['createtxg'] ?? 0);
    return txg >= min && (max <= 0 || txg <= max);
  });
}

export function visibleSnapshots(context: Context): readonly SnapshotNode[] {
  return context.cached('visible snapshots', () =>
    [...context.fileSystem.snapshots.values()].filter((node) => !isHidden(node.dataset.state.name, context)),
  );
}

/** CORE's fast path sends other rows, and takes the pool for the text before the first slash. */
function namesOnly(context: Context): readonly Row[] {
  return visibleSnapshots(context).map(({ state: { name } }) => ({ name, pool: name.split('/')[0] }));
}

interface Shape {
  readonly properties: readonly string[] | null;
  readonly holds: boolean;
  readonly retention: boolean;
}

function snapshotRow(node: SnapshotNode, context: Context, shape: Shape): Row {
  const { name, createTxg } = node.state;
  const isCore = context.release === 'core-13';
  return {
    properties: context.release === '26' ? plainProperties(node, shape) : fullProperties(node, context, shape),
    pool: node.dataset.pool,
    name,
    type: 'SNAPSHOT',
    snapshot_name: node.shortName,
    dataset: node.dataset.state.name,
    id: name,
    ...(!isCore && { createtxg: String(createTxg) }),
    ...((isCore || shape.holds) && { holds: Object.fromEntries((node.state.holds ?? []).map((tag) => [tag, 1])) }),
    ...(isCore && { mountpoint: null }),
    ...(shape.retention && { retention: null }),
  };
}

/** Native and user properties together, with their true source; with `extra.properties` only those named. */
function fullProperties(node: SnapshotNode, context: Context, { properties }: Shape): Row {
  const bare = { ...context.dialect, isModern: false, hasSourceInfo: false };
  const rows: Record<string, Property> = {};
  for (const [name, render] of Object.entries(natives)) {
    if (properties === null || properties.includes(name)) rows[name] = render(node, bare);
  }
  if (node.dataset.state.type === 'VOLUME' && (properties === null || properties.includes('volsize'))) {
    rows['volsize'] = bytesProperty(node.dataset.state.volsizeBytes ?? 0, bare);
  }
  for (const [name, { value }] of node.dataset.locked ? [] : node.dataset.userProperties) {
    if (properties === null || properties.includes(name)) rows[name] = textProperty(value, bare, value, 'INHERITED');
  }
  const own = node.dataset.state.received === true ? 'RECEIVED' : 'LOCAL';
  for (const [name, value] of Object.entries(node.state.userProperties ?? {})) {
    if (properties === null || properties.includes(name)) rows[name] = textProperty(value, bare, value, own);
  }
  return rows;
}

/** 26: only what was named, numbers as plain digits, seconds for dates, no sources, no user properties. */
function plainProperties(node: SnapshotNode, { properties }: Shape): Row {
  const raw = nativeValues(node);
  const rows: Record<string, Row> = {};
  for (const name of properties ?? []) {
    const value = raw[name];
    if (value === undefined) continue;
    rows[name] = { value: String(value), rawvalue: String(value), parsed: value, source: 'NONE' };
  }
  return rows;
}

/** Native property → value, as `zfs.resource.snapshot.query` knows them. */
export function nativeValues(node: SnapshotNode): Readonly<Record<string, string | number>> {
  const { state, dataset } = node;
  return {
    type: 'snapshot',
    creation: secondsOf(state.createdAt),
    used: state.usedBytes,
    referenced: state.referencedBytes,
    compressratio: '1.00',
    createtxg: state.createTxg,
    written: state.usedBytes,
    logicalreferenced: state.referencedBytes,
    ...(dataset.state.type === 'VOLUME' && { volsize: dataset.state.volsizeBytes ?? 0 }),
  };
}

type Render = (node: SnapshotNode, dialect: Context['dialect']) => Property;

const natives: Readonly<Record<string, Render>> = {
  name: ({ state }, dialect) => textProperty(state.name, dialect),
  creation: ({ state }, dialect) => creationProperty(state.createdAt, dialect),
  used: ({ state }, dialect) => bytesProperty(state.usedBytes, dialect),
  referenced: ({ state }, dialect) => bytesProperty(state.referencedBytes, dialect),
  compressratio: (_, dialect) => textProperty('1.00', dialect, '1.00x'),
  createtxg: ({ state }, dialect) => textProperty(String(state.createTxg), dialect),
  guid: ({ state }, dialect) => textProperty(state.guid, dialect),
  clones: ({ clones }, dialect) => textProperty(clones.join(','), dialect),
  defer_destroy: ({ state }, dialect) => textProperty(state.deferDestroy === true ? 'on' : 'off', dialect),
  userrefs: ({ state }, dialect) => textProperty(String(state.holds?.length ?? 0), dialect),
  written: ({ state }, dialect) => bytesProperty(state.usedBytes, dialect),
};
