import { z } from 'zod';
import { SourceError } from '../../errors.ts';
import type { SectionError } from '../../model/collected.ts';
import type { Premise } from '../../model/finding.ts';
import { toSectionError } from '../section.ts';
import { inBatches } from './batches.ts';
import { readDatasetsAgain } from './read-datasets-again.ts';
import { readSnapshotsAgain } from './read-snapshots-again.ts';
import { parseRows } from './rows.ts';
import { type NasContext, query } from './sections/context.ts';
import { hasNvme, noNvme } from './sections/nvme.ts';

/** What the second reading says of one premise. */
export interface PremiseReading {
  readonly premise: Premise;
  readonly status: 'present' | 'absent' | 'failed';
  /** guid, else createtxg, where known. */
  readonly uid?: string;
  /** Every identity known: a premise may pin either. */
  readonly uids?: readonly string[];
  readonly error?: SectionError;
}

/** Name → identities, of those that exist. */
export type Present = ReadonlyMap<string, readonly string[]>;

/** Groups by kind, asks for each kind in batches; the failure of one kind leaves the others. Never throws. */
export async function readPremises(
  context: NasContext,
  premises: readonly Premise[],
): Promise<readonly PremiseReading[]> {
  const kinds = [...new Set(premises.map((premise) => premise.kind))];
  const found = new Map<string, Present | SectionError>();
  await Promise.all(
    kinds.map(async (kind) => {
      const wanted = premises.filter((premise) => premise.kind === kind);
      found.set(kind, await readKind(context, kind, wanted));
    }),
  );
  const readings = premises.map((premise) => toReading(premise, found.get(premise.kind)));
  return doubtGonePools(context, readings);
}

/** What lies in a pool that is exported, offline or gone is not listed and yet not deleted: then "absent" proves nothing. */
async function doubtGonePools(
  context: NasContext,
  readings: readonly PremiseReading[],
): Promise<readonly PremiseReading[]> {
  const isZfs = ({ kind }: Premise) => kind === 'dataset' || kind === 'snapshot';
  if (!readings.some(({ premise, status }) => status === 'absent' && isZfs(premise))) return readings;
  const pools = await readLivePools(context).catch((thrown: unknown) => toSectionError(thrown, 'pools'));
  return readings.map((reading) => {
    if (reading.status !== 'absent' || !isZfs(reading.premise)) return reading;
    if (!('has' in pools)) return { premise: reading.premise, status: 'failed', error: pools };
    const pool = reading.premise.name.split(/[/@]/, 1)[0] ?? '';
    return pools.has(pool) ? reading : { premise: reading.premise, status: 'failed', error: poolGone(pool) };
  });
}

const PoolRow = z.object({ name: z.string().min(1), status: z.string() });

async function readLivePools(context: NasContext): Promise<ReadonlySet<string>> {
  const rows = parseRows('pool.query', PoolRow, await query(context, 'pool.query', ['name', 'status']));
  return new Set(rows.filter(({ status }) => status === 'ONLINE' || status === 'DEGRADED').map(({ name }) => name));
}

function poolGone(pool: string): SectionError {
  return {
    code: 'notFound',
    message: `pool ${pool} is not online, so what lies in it cannot be told from what is gone`,
    remedy: `Import or repair pool ${pool}, or correct the name in the configuration.`,
  };
}

async function readKind(
  context: NasContext,
  kind: Premise['kind'],
  wanted: readonly Premise[],
): Promise<Present | SectionError> {
  const names = [...new Set(wanted.map((premise) => premise.name))];
  const withUid = new Set(wanted.flatMap((premise) => (premise.uid === undefined ? [] : [premise.name])));
  try {
    if (kind === 'dataset') return await readDatasetsAgain(context, names, withUid);
    if (kind === 'snapshot') return await readSnapshotsAgain(context, names, withUid);
    return await readIdsAgain(context, kind, names);
  } catch (thrown) {
    return toSectionError(thrown, kind);
  }
}

function toReading(premise: Premise, found: Present | SectionError | undefined): PremiseReading {
  if (found === undefined || !('get' in found)) return { premise, status: 'failed', ...(found && { error: found }) };
  const uids = found.get(premise.name);
  if (uids === undefined) return { premise, status: 'absent' };
  const [uid] = uids;
  return { premise, status: 'present', ...(uid !== undefined && { uid, uids }) };
}

const methods: Partial<Record<Premise['kind'], string>> = {
  nfsShare: 'sharing.nfs.query',
  smbShare: 'sharing.smb.query',
  iscsiTarget: 'iscsi.target.query',
  iscsiExtent: 'iscsi.extent.query',
  iscsiTargetExtent: 'iscsi.targetextent.query',
  nvmeSubsystem: 'nvmet.subsys.query',
  nvmeNamespace: 'nvmet.namespace.query',
  snapshotTask: 'pool.snapshottask.query',
  replication: 'replication.query',
};

const IdRow = z.object({ id: z.number().int() });

/** Rows of the NAS's database, by id. REST reads the whole list again: its `in` means different things by release. */
async function readIdsAgain(context: NasContext, kind: Premise['kind'], names: readonly string[]): Promise<Present> {
  const method = methods[kind];
  if (method === undefined) throw unreadable(`${kind} is not read from a NAS`);
  if (kind.startsWith('nvme') && !hasNvme(context)) throw unreadable(noNvme(context).absent);
  const ids = names.map((name) => {
    if (!/^\d+$/.test(name)) throw unreadable(`${kind} ${name} is not named by its id`);
    return Number(name);
  });
  const answers =
    context.client.transport === 'rest'
      ? [await query(context, method, ['id'])]
      : await inBatches(ids, (batch) => query(context, method, ['id'], { filters: [['id', 'in', batch]] }));
  const present = answers.flatMap((answer) => parseRows(method, IdRow, answer)).map((row) => String(row.id));
  return new Map(present.map((id) => [id, []]));
}

function unreadable(message: string): SourceError {
  return new SourceError('badAnswer', message, { remedy: 'Report this as a bug.' });
}
