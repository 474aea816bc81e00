import type { Context } from './context.ts';
import type { Node } from './filesystem.ts';
import {
  blockProperty,
  bytesProperty,
  creationProperty,
  limitProperty,
  type Property,
  textProperty,
  wordProperty,
} from './property.ts';
import type { Row } from './query.ts';
import { isSince } from './release.ts';

export interface RowOptions {
  /** null: the default set of the release. */
  readonly properties: readonly string[] | null;
  readonly retrieveUserProps: boolean;
  readonly snapshotsCount: boolean;
  readonly snapshots: boolean;
}

/** One row of `pool.dataset.query`, `children` given by the caller. A locked dataset shows little else than its name. */
export function datasetRow(node: Node, context: Context, options: RowOptions, children: readonly Row[]): Row {
  const { name, type } = node.state;
  const isEncrypted = node.encryptionRoot !== null;
  return {
    id: name,
    type,
    name,
    pool: node.pool,
    encrypted: isEncrypted,
    encryption_root: node.encryptionRoot,
    key_loaded: isEncrypted && !node.locked,
    children,
    ...(isSince(context.release, '22.12') && { user_properties: userProperties(node, context, options) }),
    locked: node.locked,
    ...(context.release === '26' && { tier: null }),
    ...(!node.locked && nativeProperties(node, context, options)),
    ...(options.snapshotsCount && { snapshot_count: node.snapshots.length }),
    ...(options.snapshots && { snapshots: node.snapshots.map((snapshot) => snapshotName(snapshot.state.name, node)) }),
    mountpoint: node.mountpoint,
  };
}

function snapshotName(name: string, node: Node): Row {
  const [, shortName] = name.split('@');
  return { id: name, name, type: 'SNAPSHOT', pool: node.pool, dataset: node.state.name, snapshot_name: shortName };
}

/** Names under which TrueNAS keeps its own remarks. */
const ownNames: Readonly<Record<string, string>> = {
  'org.freenas:description': 'comments',
  'org.freenas:quota_warning': 'quota_warning',
  'org.freenas:quota_critical': 'quota_critical',
  'org.freenas:refquota_warning': 'refquota_warning',
  'org.freenas:refquota_critical': 'refquota_critical',
  'org.truenas:managedby': 'managedby',
};

/** From 25.10 on the source is always LOCAL and TrueNAS's own remarks stand among them under their short names. */
function userProperties(node: Node, context: Context, options: RowOptions): Row {
  if (!options.retrieveUserProps || node.locked) return {};
  const rows: Record<string, Property> = {};
  for (const [name, { value, source, from }] of node.userProperties) {
    if (context.dialect.isModern) {
      rows[ownNames[name] ?? name] = textProperty(value, context.dialect, value, 'LOCAL');
    } else if (ownNames[name] === undefined) {
      rows[name] = { ...textProperty(value, context.dialect, value, source), source_info: from };
    }
  }
  return rows;
}

/** `pool.dataset.userprop.query`, the only way to user properties on CORE. */
export function userpropRow(node: Node, context: Context): Row {
  const properties: Record<string, Property> = {};
  for (const [name, { value, source }] of node.locked ? [] : node.userProperties) {
    if (ownNames[name] === undefined) properties[name] = textProperty(value, context.dialect, value, source);
  }
  return { id: node.state.name, properties };
}

function nativeProperties(node: Node, context: Context, options: RowOptions): Row {
  const rows: Record<string, Property> = {};
  for (const name of options.properties ?? defaultProperties(context)) {
    const render = renderers[name];
    if (render === undefined || !isKnown(name, context) || !applies(name, node)) continue;
    rows[name] = render(node, context);
  }
  if (!context.dialect.isModern) {
    for (const [long, short] of Object.entries(ownNames)) {
      const own = node.userProperties.get(long);
      if (own === undefined) continue;
      rows[short] = textProperty(own.value, context.dialect, own.value, own.source);
    }
  }
  return rows;
}

function applies(name: string, node: Node): boolean {
  return !(node.state.type === 'VOLUME' ? filesystemOnly : volumeOnly).has(name);
}

function isKnown(name: string, { release }: Context): boolean {
  if (name === 'snapdev') return isSince(release, '22.12');
  if (name.startsWith('usedby') || name === 'creation') return release !== 'core-13';
  return !modernOnly.has(name) || isSince(release, '25.10');
}

/** Not among the defaults, and unknown before 25.10. */
const modernOnly = new Set(['referenced', 'logicalused', 'logicalreferenced', 'written']);

function defaultProperties(context: Context): readonly string[] {
  return context.cached('default properties', () => Object.keys(renderers).filter((name) => !modernOnly.has(name)));
}

const volumeOnly = new Set(['volsize', 'volblocksize']);
const filesystemOnly = new Set([
  'recordsize',
  'quota',
  'refquota',
  'atime',
  'aclmode',
  'acltype',
  'exec',
  'snapdir',
  'casesensitivity',
  'xattr',
  'special_small_block_size',
]);

type Render = (node: Node, context: Context) => Property;

const renderers: Readonly<Record<string, Render>> = {
  used: bytes((node) => node.usedBytes),
  available: bytes((node) => node.availableBytes),
  usedbydataset: bytes((node) => node.state.dataBytes),
  usedbysnapshots: bytes((node) => node.usedBySnapshotsBytes),
  usedbychildren: bytes((node) => node.usedByChildrenBytes),
  usedbyrefreservation: bytes((node) => node.usedByRefreservationBytes),
  referenced: bytes((node) => node.referencedBytes),
  logicalused: bytes((node) => node.logicalUsedBytes),
  logicalreferenced: bytes((node) => node.state.logicalBytes ?? node.referencedBytes),
  written: bytes((node) => node.state.dataBytes),
  quota: limit((node) => node.state.quotaBytes),
  refquota: limit((node) => node.state.refquotaBytes),
  reservation: limit((node) => node.state.reservationBytes),
  refreservation: limit((node) => node.state.refreservationBytes),
  volsize: (node, { dialect }) => bytesProperty(node.state.volsizeBytes ?? 0, dialect, 'LOCAL'),
  volblocksize: (node, { dialect }) => blockProperty(node.state.volblocksizeBytes ?? 16_384, dialect, 'NONE'),
  recordsize: (node, { dialect }) =>
    blockProperty(Number(node.recordsize.value), dialect, node.recordsize.source, node.recordsize.from),
  origin: (node, { dialect }) => {
    const origin = node.state.origin ?? '';
    return textProperty(origin, dialect, dialect.isModern ? origin.toUpperCase() : origin);
  },
  creation: (node, { dialect }) => creationProperty(node.state.createdAt, dialect),
  compression: (node, { dialect }) => wordProperty(node.compression.value, dialect, node.compression),
  compressratio: (node, { dialect }) => {
    const { logicalBytes, dataBytes } = node.state;
    const ratio = logicalBytes === undefined || dataBytes === 0 ? 1 : Math.max(1, logicalBytes / dataBytes);
    return textProperty(ratio.toFixed(2), dialect, `${ratio.toFixed(2)}x`);
  },
  deduplication: word('off'),
  copies: (_, { dialect }) => ({ ...textProperty('1', dialect, '1', 'DEFAULT'), parsed: 1 }),
  sync: word('standard'),
  atime: word('off', true),
  exec: word('on', true),
  readonly: word('off', true),
  checksum: word('on', true),
  snapdir: word('hidden'),
  snapdev: word('hidden'),
  casesensitivity: word('sensitive'),
  acltype: word('posix'),
  aclmode: word('discard'),
  xattr: word('sa'),
  special_small_block_size: (_, { dialect }) => textProperty('0', dialect, '0', 'DEFAULT'),
  encryption_algorithm: (node, { dialect }) =>
    node.encryptionRoot === null
      ? textProperty('off', dialect, null, 'DEFAULT')
      : textProperty('aes-256-gcm', dialect, 'AES-256-GCM'),
  key_format: (node, { dialect }) =>
    node.encryptionRoot === null ? textProperty('none', dialect, null, 'DEFAULT') : textProperty('hex', dialect, 'HEX'),
  pbkdf2iters: (_, { dialect }) => textProperty('0', dialect, '0', 'DEFAULT'),
};

function bytes(read: (node: Node) => number): Render {
  return (node, { dialect }) => bytesProperty(read(node), dialect);
}

function limit(read: (node: Node) => number | undefined): Render {
  return (node, { dialect }) => limitProperty(read(node), dialect);
}

function word(text: string, isSwitch = false): Render {
  return (_, { dialect }) => wordProperty(text, dialect, { isSwitch });
}
