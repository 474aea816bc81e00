import { Option } from 'commander';
import type { ScanResult, UsageGroup, VolumeUsage } from '../../model/scan-result.ts';
import { formatSize } from '../../util/format-size.ts';
import type { Cli } from '../command.ts';
import { narrowVolumes } from '../narrow.ts';
import { notAssessedLines } from '../not-assessed-lines.ts';
import { obtainResult } from '../obtain-result.ts';
import { addReadingOptions, type ReadingFlags } from '../options.ts';
import { type Answer, printAnswer } from '../print.ts';
import { formatTable } from '../table.ts';
import { watching } from '../watch.ts';

const views = ['volume', 'namespace', 'storageclass', 'backend', 'pool'] as const;
type View = (typeof views)[number];

export function addUsage({ program, io, act }: Cli): void {
  const command = program
    .command('usage')
    .alias('analyze')
    .description('what volumes, namespaces, StorageClasses, backends and pools hold');
  addReadingOptions(command)
    .addOption(new Option('--by <view>', 'one line per what').choices(views).default('pool'))
    .action(
      act(
        watching(io, async (io, flags: ReadingFlags & { by: View }) => {
          const { result, outcomes } = await obtainResult(io, flags);
          printAnswer(io, flags.output, describeUsage(result, flags));
          return outcomes;
        }),
      ),
    );
}

type UsageFlags = Pick<ReadingFlags, 'namespace' | 'cluster' | 'nas'> & { readonly by: View };

export function describeUsage(result: ScanResult, flags: UsageFlags): Answer {
  const { rows, columns } = selectView(result, flags);
  const { notAssessed } = result.usage;
  return {
    data: {
      schemaVersion: result.schemaVersion,
      scan: { id: result.scan.id, finishedAt: result.scan.finishedAt, complete: result.scan.complete },
      by: flags.by,
      notAssessed,
      usage: rows,
    },
    table: (width) =>
      [
        rows.length === 0 ? 'Nothing to show.\n' : formatTable(rows, columns.map(toTableColumn), width),
        ...notAssessedLines(notAssessed).map((line) => `${line}\n`),
      ].join(''),
    csv: { header: columns.map(({ key }) => key), rows: rows.map((row) => columns.map(({ key }) => row[key])) },
  };
}

type Row = Readonly<Record<string, string | number | boolean | undefined>>;

interface UsageColumn {
  readonly key: string;
  readonly title: string;
  readonly kind: 'name' | 'bytes' | 'ratio' | 'count';
}

const amounts: readonly UsageColumn[] = [
  { key: 'provisionedBytes', title: 'PROMISED', kind: 'bytes' },
  { key: 'usedBytes', title: 'USED', kind: 'bytes' },
  { key: 'snapshotBytes', title: 'SNAPSHOTS', kind: 'bytes' },
];

function selectView(
  result: ScanResult,
  flags: UsageFlags,
): { readonly rows: readonly Row[]; readonly columns: readonly UsageColumn[] } {
  const { usage } = result;
  if (flags.by === 'pool') {
    const rows = usage.pools.filter((pool) => flags.nas === undefined || flags.nas.includes(pool.nas));
    return {
      rows: rows.map(({ nas, pool, cost, dataVdevs, ...rest }) => ({
        name: `${nas}/${pool}`,
        nas,
        pool,
        ...rest,
        ...(dataVdevs !== undefined && {
          dataVdevs: dataVdevs.map(({ type, disks }) => `${type} of ${disks}`).join(', '),
        }),
        ...(cost !== undefined && { costPerMonth: cost.perMonth, currency: cost.currency }),
      })),
      columns: poolColumns,
    };
  }
  if (flags.by === 'volume') return { rows: narrowVolumes(result, flags).map(toVolumeRow), columns: volumeColumns };
  const isNarrowed = [flags.namespace, flags.cluster, flags.nas].some((names) => names !== undefined);
  const groups = { namespace: usage.namespaces, storageclass: usage.storageClasses, backend: usage.backends }[flags.by];
  return {
    rows: isNarrowed
      ? sumGroups(narrowVolumes(result, flags), flags.by)
      : groups.map((group) => ({ ...group, name: group.key })),
    columns: groupColumns,
  };
}

const poolColumns: readonly UsageColumn[] = [
  { key: 'name', title: 'POOL', kind: 'name' },
  { key: 'status', title: 'STATUS', kind: 'name' },
  { key: 'usableBytes', title: 'USABLE', kind: 'bytes' },
  { key: 'usedBytes', title: 'USED', kind: 'bytes' },
  { key: 'availableBytes', title: 'FREE', kind: 'bytes' },
  { key: 'promisedBytes', title: 'PROMISED', kind: 'bytes' },
  { key: 'overcommitRatio', title: 'OVER', kind: 'ratio' },
  { key: 'volumes', title: 'VOLUMES', kind: 'count' },
];
const groupColumns: readonly UsageColumn[] = [
  { key: 'name', title: 'NAME', kind: 'name' },
  { key: 'volumes', title: 'VOLUMES', kind: 'count' },
  ...amounts,
];
const volumeColumns: readonly UsageColumn[] = [
  { key: 'name', title: 'VOLUME', kind: 'name' },
  { key: 'claim', title: 'CLAIM', kind: 'name' },
  { key: 'dataset', title: 'DATASET', kind: 'name' },
  ...amounts,
  { key: 'utilisation', title: 'FULL', kind: 'ratio' },
];

function toVolumeRow(volume: VolumeUsage): Row {
  const { claim, namespace, ...rest } = volume;
  return {
    ...rest,
    name: `${volume.cluster}/${volume.persistentVolume}`,
    dataset: `${volume.nas}/${volume.dataset}`,
    namespace,
    claim: claim === undefined ? undefined : `${namespace}/${claim}`,
  };
}

function toTableColumn({ key, title, kind }: UsageColumn) {
  return {
    title,
    value: (row: Row) => formatCell(row[key], kind),
    ...(kind === 'name' ? { shrinksTo: 14 } : { align: 'right' as const }),
  };
}

function formatCell(value: Row[string], kind: UsageColumn['kind']): string {
  if (value === undefined) return '–';
  if (kind === 'bytes') return formatSize(Number(value));
  return kind === 'ratio' ? `${Math.round(Number(value) * 100)}%` : String(value);
}

/** The groups of a narrowed view are summed anew; an amount of which a part is unknown stays unknown. */
function sumGroups(volumes: readonly VolumeUsage[], by: 'namespace' | 'storageclass' | 'backend'): readonly Row[] {
  const groups = new Map<string, VolumeUsage[]>();
  for (const volume of volumes) {
    const name = { namespace: volume.namespace, storageclass: volume.storageClass, backend: volume.backend }[by];
    const key = by === 'backend' ? volume.backend : `${volume.cluster}/${name ?? '–'}`;
    const members = groups.get(key);
    if (members === undefined) groups.set(key, [volume]);
    else members.push(volume);
  }
  return [...groups].map(([name, members]) => ({
    name,
    volumes: members.length,
    provisionedBytes: sumOf(members, 'provisionedBytes'),
    usedBytes: sumOf(members, 'usedBytes'),
    snapshotBytes: sumOf(members, 'snapshotBytes'),
  }));
}

function sumOf(volumes: readonly VolumeUsage[], key: keyof UsageGroup & keyof VolumeUsage): number | undefined {
  let sum = 0;
  for (const volume of volumes) {
    const value = volume[key];
    if (typeof value !== 'number') return undefined;
    sum += value;
  }
  return sum;
}
