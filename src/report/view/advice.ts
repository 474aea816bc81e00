import type { Recommendation } from '../../model/recommendation.ts';
import type { ViewContext } from './context.ts';
import type { Formats } from './formats.ts';
import { laterWord } from './trends.ts';

/** Titles by rule: what the volumes or pools of the group have in common. */
const titles: Readonly<Record<string, string>> = {
  'overcommit-risk': 'Pools that promise more than they have',
  'volume-near-limit': 'Volumes about to reach their limit',
  'rebalance-pools': 'Pools filled unevenly',
  'unused-volume': 'Volumes that nothing uses',
  'oversized-volume': 'Volumes far larger than what is in them',
  'thin-for-thick': 'Thick volumes that could be thin',
  'snapshots-over-data': 'Snapshots that hold more than the data',
  'poor-compression': 'Volumes that hardly compress',
  'small-volblocksize': 'Zvols whose blocks are too small for the pool',
  'small-recordsize': 'Filesystems whose records are too small for the pool',
};

/** Recommendations by rule, in the order of the rules: urgent ones first. */
export function buildAdvice({ result, medium, formats }: ViewContext) {
  const { state, because, items } = result.recommendations;
  return {
    isReady: state === 'ready',
    because: state === 'ready' ? undefined : `${laterWord(state)}${because === undefined ? '' : `: ${because}`}`,
    groups: [...Map.groupBy(items, ({ rule }) => rule)].map(([rule, group]) => ({
      rule,
      title: titles[rule] ?? rule,
      advice: group[0]?.advice ?? '',
      saves: sumText(group, formats),
      rows: group.slice(0, medium.groups).map((item) => toRow(item, formats)),
      leftOut: Math.max(0, group.length - medium.groups),
    })),
  };
}

function toRow(item: Recommendation, formats: Formats) {
  const { claim, namespace, cluster, subject, dataset, nas } = item;
  return {
    name: claim === undefined ? subject : `${namespace ?? '?'}/${claim}`,
    cluster,
    place: dataset === undefined ? undefined : `${nas} ${dataset}`,
    restsOn: item.restsOn.join('; '),
    saves: savesText(item.savesBytes, item.saves, formats),
  };
}

function sumText(items: readonly Recommendation[], formats: Formats): string {
  const bytes = items.reduce((sum, { savesBytes = 0 }) => sum + savesBytes, 0);
  const priced = items.flatMap(({ saves }) => saves ?? []);
  const [first] = priced;
  const perMonth = priced.reduce((sum, one) => sum + one.perMonth, 0);
  return savesText(bytes === 0 ? undefined : bytes, first && { perMonth, currency: first.currency }, formats);
}

function savesText(bytes: number | undefined, money: Recommendation['saves'], formats: Formats): string {
  if (bytes === undefined) return '–';
  return money === undefined ? formats.bytes(bytes) : `${formats.bytes(bytes)}, ${formats.money(money)} a month`;
}
