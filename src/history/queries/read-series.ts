import type { CurrentVolume, HistorySeries, SeriesPeriod, StillVolume, VolumeReadings } from '../../model/trends.ts';
import { dayNamer } from '../../util/local-days.ts';
import { type DailyScan, pickDaily, toDayNumber } from '../daily-scans.ts';
import type { Duck, Record_ } from '../duck.ts';
import type { DamagedPart, Ledger } from '../ledger.ts';
import { createView, type PartFiles } from '../part-files.ts';
import { datasetKey, uniqueDatasets } from '../rows.ts';
import type { TableName } from '../tables.ts';
import { seriesQueries } from './series.ts';

const needed = ['scans', 'pools', 'groups', 'volumes', 'datasets'] as const satisfies TableName[];

/** Readings of this deployment's scans, one a day as a rule. A damaged part is named; the readings in it are missing, never zero. */
export async function querySeries(
  duck: Duck,
  ledger: Ledger,
  files: PartFiles,
  period: SeriesPeriod,
): Promise<HistorySeries> {
  const dayOf = dayNamer(period.timeZone ?? 'UTC');
  const scans = ledger.scans.filter(({ startedAt }) => isWithin(startedAt, period));
  const daily = pickDaily(scans, dayOf);
  const damagedParts = await createViews(duck, ledger, files, needed, daily);
  if (period.current !== undefined) await loadCurrent(duck, period.current);
  const lastDay = period.to === undefined ? (daily.at(-1)?.day ?? 0) : toDayNumber(dayOf(Date.parse(period.to)));
  await duck.run(`CREATE OR REPLACE TABLE owners AS ${seriesQueries.owners}`);
  await duck.run(`CREATE OR REPLACE TABLE spans AS ${seriesQueries.spans(lastDay)}`);
  const [pools, groups, findings] = [
    await duck.query(seriesQueries.pools),
    await duck.query(seriesQueries.groups),
    await duck.query(seriesQueries.findings),
  ];
  return {
    pools: pools.map(toPool),
    groups: groups.flatMap(toGroup),
    volumes: await readVolumes(duck, period.current !== undefined),
    ...(period.current !== undefined && { still: (await duck.query(seriesQueries.still)).map(toStill) }),
    findings: findings.map((row) => ({ atMs: Number(row['at_ms']), findings: Number(row['findings']) })),
    damagedParts,
  };
}

async function loadCurrent(duck: Duck, volumes: readonly CurrentVolume[]): Promise<void> {
  await duck.load(
    'current_datasets',
    {
      nas: 'VARCHAR',
      dataset_key: 'VARCHAR',
      used_bytes: 'BIGINT',
      filled_bytes: 'BIGINT',
      snapshot_bytes: 'BIGINT',
    },
    uniqueDatasets(volumes).map((volume) => ({
      nas: volume.nas,
      dataset_key: datasetKey(volume),
      used_bytes: volume.usedBytes,
      filled_bytes: volume.referencedBytes ?? volume.dataBytes,
      snapshot_bytes: volume.snapshotBytes,
    })),
  );
}

/** Views of these tables over the parts of these scans, and `usable_scans`. Returns what is damaged. */
export async function createViews(
  duck: Duck,
  ledger: Ledger,
  files: PartFiles,
  tables: readonly TableName[],
  scans: readonly DailyScan[],
): Promise<DamagedPart[]> {
  const wanted = new Set(scans.map(({ id }) => id));
  const damaged = [...ledger.damaged];
  for (const table of tables) {
    const parts = ledger.parts.filter((part) => part.table === table && part.scans.some((id) => wanted.has(id)));
    const taken = await files.take(parts);
    damaged.push(...taken.damaged);
    await createView(duck, table, taken.paths);
  }
  await duck.load(
    'usable_scans',
    { scan_id: 'VARCHAR', is_whole: 'BOOLEAN', day: 'BIGINT' },
    scans.map(({ id, isWhole, day }) => ({ scan_id: id, is_whole: isWhole, day })),
  );
  return damaged;
}

function isWithin(startedAt: string, { from, to }: SeriesPeriod): boolean {
  const at = Date.parse(startedAt);
  return (from === undefined || at >= Date.parse(from)) && (to === undefined || at < Date.parse(to));
}

function toStill(row: Record_): StillVolume {
  return {
    uid: String(row['uid']),
    usedBytes: Number(row['used_bytes']),
    ...(row['filled_bytes'] !== null && { filledBytes: Number(row['filled_bytes']) }),
    firstAtMs: Number(row['first_at_ms']),
    recentDays: Number(row['recent_days']),
  };
}

function toPool(row: Record_): HistorySeries['pools'][number] {
  return {
    nas: String(row['nas']),
    pool: String(row['pool']),
    atMs: Number(row['at_ms']),
    usedBytes: Number(row['used_bytes']),
    ...(row['usable_bytes'] !== null && { usableBytes: Number(row['usable_bytes']) }),
  };
}

function toGroup(row: Record_): HistorySeries['groups'] {
  const subject = String(row['dimension']);
  if (subject !== 'backend' && subject !== 'namespace' && subject !== 'storageClass') return [];
  return [{ subject, key: String(row['group_key']), atMs: Number(row['at_ms']), usedBytes: Number(row['used_bytes']) }];
}

/** The rows come volume by volume, oldest first; the last of a day counts. Only one volume's are held as rows. */
async function readVolumes(duck: Duck, knowsCurrent: boolean): Promise<VolumeReadings[]> {
  const uids = new Map((await duck.query(seriesQueries.uids)).map(({ owner, uid }) => [Number(owner), String(uid)]));
  const volumes: VolumeReadings[] = [];
  let byDay = new Map<number, readonly number[]>();
  let owner: number | undefined;
  const finish = (): void => {
    if (owner !== undefined) volumes.push(toReadings(uids.get(owner) ?? '', [...byDay.values()]));
    byDay = new Map();
  };
  for await (const [owners = [], days = [], ...columns] of duck.streamNumbers(seriesQueries.volumes(knowsCurrent))) {
    for (const [i, of] of owners.entries()) {
      if (of !== owner) finish();
      owner = of ?? 0;
      byDay.set(
        days[i] ?? Number.NaN,
        columns.map((column) => column[i] ?? Number.NaN),
      );
    }
  }
  finish();
  return volumes;
}

function toReadings(uid: string, rows: readonly (readonly number[])[]): VolumeReadings {
  const column = (at: number): Float64Array => Float64Array.from(rows, (row) => row[at] ?? Number.NaN);
  return { uid, atMs: column(0), usedBytes: column(1), filledBytes: column(2), snapshotBytes: column(3) };
}
