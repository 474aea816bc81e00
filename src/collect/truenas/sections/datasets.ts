import { z } from 'zod';
import type { Dataset, UserProperty } from '../../../model/truenas.ts';
import type { SectionAnswer } from '../../section.ts';
import type { ReadRows, RowReader } from '../client.ts';
import { bytesOf, createdAtOf, limitOf, ratioOf, switchOf, userPropertiesOf, wordOf } from '../properties.ts';
import { isAtLeast, isCore, type Release } from '../release.ts';
import { known, Lenient, parseRows, readRows, rowParser, Unread } from '../rows.ts';
import { isRecord } from '../wire.ts';
import { ifAllowed, type NasContext, query, queryRows } from './context.ts';

const DatasetIdentity = z.object({
  id: z.string().min(1),
  type: z.enum(['FILESYSTEM', 'VOLUME']),
  pool: z.string().min(1),
});
type DatasetRow = Readonly<Record<string, unknown>>;

const ownFields = ['id', 'name', 'type', 'pool', 'mountpoint', 'encrypted', 'locked', 'user_properties'];
const properties = [
  'used',
  'available',
  'usedbydataset',
  'usedbysnapshots',
  'usedbychildren',
  'usedbyrefreservation',
  'quota',
  'refquota',
  'reservation',
  'refreservation',
  'volsize',
  'volblocksize',
  'recordsize',
  'origin',
  'creation',
  'compression',
  'compressratio',
  'deduplication',
  'readonly',
];
/** pool.dataset.query gives these from 25.10 on, and only when they are named. */
const newProperties = ['referenced', 'logicalused'];

/** Own value and children apart: `children` repeats whole subtrees and is never selected. */
export async function readDatasets(context: NasContext): Promise<SectionAnswer<Dataset>> {
  const { release } = context;
  const wanted = isAtLeast(release, 25, 10) ? [...properties, ...newProperties] : properties;
  const extra = { flat: true, properties: [...wanted, 'mountpoint'] };
  const [answer, userProperties, identities] = await Promise.all([
    queryRows(context, 'pool.dataset.query', [...ownFields, ...wanted], () => datasetReader(release), extra),
    isCore(release) ? readUserProperties(context) : undefined,
    isAtLeast(release, 25, 10) ? readIdentities(context) : undefined,
  ]);
  return { ...answer, items: withExtras(answer.items, release, { userProperties, identities }) };
}

export interface DatasetExtras {
  /** CORE: user properties by dataset, from their own method; undefined when that could not be read. */
  readonly userProperties?: ReadonlyMap<string, unknown> | undefined;
  readonly identities?: ReadonlyMap<string, Identity> | undefined;
}

interface Identity {
  readonly guid: string;
  readonly createTxg: string;
}

export function toDatasets(answer: unknown, release: Release, extras: DatasetExtras = {}): ReadRows<Dataset> {
  const { items, unreadable } = readRows('pool.dataset.query', answer, datasetReader(release));
  return { items: withExtras(items, release, extras), unreadable };
}

function datasetReader(release: Release): RowReader<Dataset> {
  const lenient = new Lenient();
  const parse = rowParser('pool.dataset.query', DatasetIdentity);
  return {
    read: (row, index) => toDataset(parse(row, index), row as DatasetRow, release, lenient),
    get unreadable() {
      return lenient.unreadable;
    },
  };
}

function withExtras(items: readonly Dataset[], release: Release, extras: DatasetExtras): readonly Dataset[] {
  const { identities, userProperties } = extras;
  if (!isCore(release)) return items.map((dataset) => ({ ...dataset, ...identities?.get(dataset.name) }));
  return items.map((dataset) => ({
    ...dataset,
    ...identities?.get(dataset.name),
    userProperties: readable(userProperties?.get(dataset.name), release),
    userPropertiesRead: userProperties !== undefined,
  }));
}

function toDataset(
  { id, pool, type }: z.output<typeof DatasetIdentity>,
  row: DatasetRow,
  release: Release,
  lenient: Lenient,
): Dataset {
  return known({
    name: id,
    pool,
    type,
    createdAt: createdAtOf(row['creation'], lenient),
    mountpoint: lenient.text(row['mountpoint'], 'mountpoint'),
    encrypted: lenient.boolean(row['encrypted'], 'encrypted'),
    locked: lenient.boolean(row['locked'], 'locked') ?? false,
    origin: wordOf(row['origin']),
    userProperties: readable(row['user_properties'], release),
    userPropertiesRead: isRecord(row['user_properties']),
    ...spaceOf(row, lenient),
    ...limitsOf(row, lenient),
    compression: wordOf(row['compression']),
    compressRatio: ratioOf(row['compressratio'], 'compressRatio', lenient),
    deduplication: wordOf(row['deduplication']),
    readonly: switchOf(row['readonly'], 'readonly', lenient),
  });
}

/** From 25.10 on every user property says LOCAL, inherited or not. */
function readable(own: unknown, release: Release): Readonly<Record<string, UserProperty>> {
  return userPropertiesOf(own, !isAtLeast(release, 25, 10));
}

function spaceOf(row: DatasetRow, lenient: Lenient) {
  const bytes = (property: string, field: string) => bytesOf(row[property], field, lenient);
  return {
    usedBytes: bytes('used', 'usedBytes'),
    availableBytes: bytes('available', 'availableBytes'),
    usedByDatasetBytes: bytes('usedbydataset', 'usedByDatasetBytes'),
    usedBySnapshotsBytes: bytes('usedbysnapshots', 'usedBySnapshotsBytes'),
    usedByChildrenBytes: bytes('usedbychildren', 'usedByChildrenBytes'),
    usedByRefreservationBytes: bytes('usedbyrefreservation', 'usedByRefreservationBytes'),
    referencedBytes: bytes('referenced', 'referencedBytes'),
    logicalUsedBytes: bytes('logicalused', 'logicalUsedBytes'),
    volsizeBytes: bytes('volsize', 'volsizeBytes'),
    volblocksizeBytes: bytes('volblocksize', 'volblocksizeBytes'),
    recordsizeBytes: bytes('recordsize', 'recordsizeBytes'),
  };
}

function limitsOf(row: DatasetRow, lenient: Lenient) {
  return {
    quotaBytes: limitOf(row['quota'], 'quotaBytes', lenient),
    refquotaBytes: limitOf(row['refquota'], 'refquotaBytes', lenient),
    reservationBytes: limitOf(row['reservation'], 'reservationBytes', lenient),
    refreservationBytes: limitOf(row['refreservation'], 'refreservationBytes', lenient),
  };
}

const UserPropertiesRow = z.object({ id: z.string().min(1), properties: z.record(z.string(), z.unknown()) });

/** Datasets without any user property may be left out: an answer that came is complete for all. */
async function readUserProperties(context: NasContext): Promise<ReadonlyMap<string, unknown> | undefined> {
  const method = 'pool.dataset.userprop.query';
  const answer = await ifAllowed(() => query(context, method, ['id', 'properties']));
  if (answer === undefined) return undefined;
  return new Map(parseRows(method, UserPropertiesRow, answer).map((row) => [row.id, row.properties]));
}

const IdentityRow = z.object({
  name: z.string().min(1),
  guid: z.union([z.string(), z.number()]).transform(String),
  createtxg: z.union([z.string(), z.number()]).transform(String),
});

/** guid and createtxg, where the release has zfs.resource.query and the account may call it. */
async function readIdentities(context: NasContext): Promise<ReadonlyMap<string, Identity> | undefined> {
  const pools = await readPoolNames(context);
  if (pools.length === 0) return undefined;
  const method = 'zfs.resource.query';
  const wanted = { paths: pools, properties: null, get_children: true, get_user_properties: false };
  const answer = await ifAllowed(() =>
    context.client.list(method, [wanted], () => ({ read: rowParser(method, IdentityRow) }), { signal: context.signal }),
  );
  return answer && new Map(answer.items.map((row) => [row.name, { guid: row.guid, createTxg: row.createtxg }]));
}

const PoolName = z.object({ name: z.string().min(1), status: Unread });

/** Pools whose datasets can be asked for by path: an exported or offline one is an error there. */
export async function readPoolNames(context: NasContext): Promise<readonly string[]> {
  const rows = parseRows('pool.query', PoolName, await query(context, 'pool.query', ['name', 'status']));
  return rows.filter((row) => row.status !== 'OFFLINE').map((row) => row.name);
}
