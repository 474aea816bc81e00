import { z } from 'zod';
import type { ZfsSnapshot } from '../../../model/truenas.ts';
import type { SectionAnswer } from '../../section.ts';
import type { ReadRows, RowReader } from '../client.ts';
import { bytesOf, createdAtOf, switchOf, userPropertiesOf, wordOf } from '../properties.ts';
import { isAtLeast } from '../release.ts';
import { known, Lenient, readRows, rowParser, Unread } from '../rows.ts';
import { isRecord } from '../wire.ts';
import { type NasContext, queryRows } from './context.ts';
import { readPoolNames } from './datasets.ts';

const SnapshotRow = z.object({
  name: z.string().regex(/^[^@]+@[^@]+$/),
  createtxg: Unread,
  guid: Unread,
  properties: Unread,
  user_properties: Unread,
  holds: Unread,
});

/** User properties must be named, or they do not come. */
const properties = [
  'creation',
  'used',
  'referenced',
  'defer_destroy',
  'userrefs',
  'guid',
  'createtxg',
  'democratic-csi:managed_resource',
  'democratic-csi:provision_success',
  'democratic-csi:csi_volume_name',
  'democratic-csi:csi_snapshot_name',
  'democratic-csi:csi_snapshot_source_volume_id',
  'strandline:ignore',
  'strandline:ignore-until',
  'strandline:ignore-owner',
];

/** zfs.snapshot.query up to 25.04, pool.snapshot.query on 25.10, zfs.resource.snapshot.query from 26 on. */
export async function readSnapshots(context: NasContext): Promise<SectionAnswer<ZfsSnapshot>> {
  if (isAtLeast(context.release, 26, 0)) return readResourceSnapshots(context);
  const method = isAtLeast(context.release, 25, 10) ? 'pool.snapshot.query' : 'zfs.snapshot.query';
  return queryRows(context, method, ['name', 'createtxg', 'properties'], () => snapshotReader(method), { properties });
}

async function readResourceSnapshots(context: NasContext): Promise<SectionAnswer<ZfsSnapshot>> {
  const pools = await readPoolNames(context);
  if (pools.length === 0) return [];
  const method = 'zfs.resource.snapshot.query';
  const wanted = {
    paths: pools,
    recursive: true,
    properties: ['creation', 'used', 'referenced'],
    get_user_properties: true,
    get_holds: true,
  };
  return context.client.list(method, [wanted], () => snapshotReader(method), { signal: context.signal });
}

export function toSnapshots(method: string, answer: unknown): ReadRows<ZfsSnapshot> {
  return readRows(method, answer, snapshotReader(method));
}

function snapshotReader(method: string): RowReader<ZfsSnapshot> {
  const lenient = new Lenient();
  const isResource = method.startsWith('zfs.resource.');
  const parse = rowParser(method, SnapshotRow);
  return {
    read: (row, index) => toSnapshot(parse(row, index), isResource, lenient),
    get unreadable() {
      return lenient.unreadable;
    },
  };
}

/** Up to 25.10 native and user properties lie together, with a true source; on 26 apart, without one. */
function toSnapshot(row: z.output<typeof SnapshotRow>, isResource: boolean, lenient: Lenient): ZfsSnapshot {
  const [dataset = '', snapshotName = ''] = row.name.split('@');
  const native = isRecord(row.properties) ? row.properties : {};
  const own = isResource ? row.user_properties : row.properties;
  return known({
    name: row.name,
    dataset,
    snapshotName,
    createTxg: digitsOf(row.createtxg) ?? digitsOf(wordOf(native['createtxg'])),
    guid: digitsOf(row.guid) ?? digitsOf(wordOf(native['guid'])),
    createdAt: createdAtOf(native['creation'], lenient),
    usedBytes: bytesOf(native['used'], 'usedBytes', lenient),
    referencedBytes: bytesOf(native['referenced'], 'referencedBytes', lenient),
    deferDestroy: switchOf(native['defer_destroy'], 'deferDestroy', lenient),
    holds: holdsOf(row.holds),
    holdCount: holdCountOf(row.holds, native['userrefs'], lenient),
    userProperties: userPropertiesOf(own, !isResource),
    userPropertiesRead: isRecord(own),
  });
}

/** "0" is what a bug of older releases sends for "not asked". */
function digitsOf(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && /^[1-9]\d*$/.test(text) ? text : undefined;
}

/** CORE `{tag: n}` (always there, so empty means none), 26 a list or null. */
function holdsOf(holds: unknown): readonly string[] | undefined {
  if (Array.isArray(holds)) return holds.filter((tag) => typeof tag === 'string');
  return isRecord(holds) ? Object.keys(holds) : undefined;
}

function holdCountOf(holds: unknown, userrefs: unknown, lenient: Lenient): number | undefined {
  const tags = holdsOf(holds);
  if (tags !== undefined && tags.length > 0) return tags.length;
  return lenient.integer(wordOf(userrefs), 'holdCount') ?? tags?.length;
}
