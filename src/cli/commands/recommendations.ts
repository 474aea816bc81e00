import type { Recommendation } from '../../model/recommendation.ts';
import type { ScanResult } from '../../model/scan-result.ts';
import { formatSize } from '../../util/format-size.ts';
import { terminalText } from '../../util/terminal-text.ts';
import type { Cli } from '../command.ts';
import { obtainResult } from '../obtain-result.ts';
import { addReadingOptions, type ReadingFlags } from '../options.ts';
import { type Answer, printAnswer } from '../print.ts';
import { formatTable } from '../table.ts';
import { watching } from '../watch.ts';

export function addRecommendations({ program, io, act }: Cli): void {
  addReadingOptions(program.command('recommendations').description('what to change, and what it would save')).action(
    act(
      watching(io, async (io, flags: ReadingFlags) => {
        const { result, outcomes } = await obtainResult(io, flags);
        printAnswer(io, flags.output, describeRecommendations(result, flags));
        return outcomes;
      }),
    ),
  );
}

type Narrowing = Pick<ReadingFlags, 'namespace' | 'cluster' | 'nas'>;

export function describeRecommendations(
  { schemaVersion, scan, recommendations }: ScanResult,
  asked: Narrowing,
): Answer {
  const isIn = (names: readonly string[] | undefined, name: string | undefined) =>
    names === undefined || (name !== undefined && names.includes(name));
  const items = recommendations.items.filter(
    ({ namespace, cluster, nas }) =>
      isIn(asked.namespace, namespace) && isIn(asked.cluster, cluster) && isIn(asked.nas, nas),
  );
  const { state, because } = recommendations;
  return {
    data: {
      schemaVersion,
      scan: { id: scan.id, finishedAt: scan.finishedAt, complete: scan.complete },
      recommendations: { ...recommendations, items },
    },
    table: (width) => {
      if (state !== 'ready') return `No recommendations: ${terminalText(because ?? 'this result holds none')}.\n`;
      return items.length === 0 ? 'Nothing to recommend.\n' : formatTable(items, columns, width);
    },
    csv: {
      header: ['rule', 'subject', 'namespace', 'claim', 'advice', 'restsOn', 'savesBytes', 'savesPerMonth', 'currency'],
      rows: items.map((item) => [
        item.rule,
        item.subject,
        item.namespace,
        item.claim,
        item.advice,
        item.restsOn.join('; '),
        item.savesBytes,
        item.saves?.perMonth,
        item.saves?.currency,
      ]),
    },
  };
}

const columns = [
  { title: 'RULE', value: ({ rule }: Recommendation) => rule },
  {
    title: 'ABOUT',
    value: ({ subject, namespace, claim }: Recommendation) => (claim === undefined ? subject : `${namespace}/${claim}`),
    shrinksTo: 14,
  },
  { title: 'RESTS ON', value: ({ restsOn }: Recommendation) => restsOn.join('; '), shrinksTo: 14 },
  { title: 'SAVES', value: formatSaving, align: 'right' as const },
];

function formatSaving({ savesBytes, saves }: Recommendation): string {
  if (savesBytes === undefined) return '–';
  const money = saves === undefined ? '' : ` (${saves.perMonth} ${saves.currency} a month)`;
  return `${formatSize(savesBytes)}${money}`;
}
