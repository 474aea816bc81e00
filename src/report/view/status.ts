import { describePeriod } from '../../util/period-words.ts';
import { isIncomplete } from './completeness.ts';
import type { ViewContext } from './context.ts';
import { formatDuration } from './format-date.ts';
import type { Formats } from './formats.ts';
import { formatScope, joinWords } from './words.ts';

const words = {
  OK: { key: 'ok', headline: 'Nothing needs attention.' },
  ATTENTION: { key: 'attention', headline: 'Something needs attention.' },
  ACT: { key: 'act', headline: 'Something needs action now.' },
} as const;

/** The first thing on page one. What was not assessed stands before any number. */
export function buildStatus({ result, options, formats }: ViewContext) {
  const { scan, scope, summary, history } = result;
  const { key, headline } = words[summary.status];
  return {
    word: summary.status,
    key,
    headline,
    sentence: summary.sentence,
    takenAt: formats.longDateTime(scan.startedAt),
    timeZone: options.timeZone,
    period: result.period && describePeriod(result.period, options.timeZone),
    duration: formatDuration(scan.durationMs),
    dataAge: formatDuration(Math.max(0, options.now.getTime() - Date.parse(scan.finishedAt))),
    clusters: describeSources(scope.clusters, 'cluster'),
    nases: describeSources(scope.nases, 'NAS', 'NASes'),
    filters: scope.filters.length > 0 ? scope.filters.join('; ') : undefined,
    isIncomplete: isIncomplete(result),
    /** All lists may have been read and single objects still be beyond judging (a locked dataset). */
    gap: scan.complete ? 'Not everything could be judged.' : 'This scan is incomplete.',
    notAssessed: summary.notAssessed.map((item) => ({
      what: item.what,
      because: item.because,
      remedy: item.remedy,
      reach: describeReach(item.checks.length, item.scopes, formats),
    })),
    history: historyNote(history),
  };
}

interface Source {
  readonly name: string;
  readonly reached: boolean;
}

function describeSources(sources: readonly Source[], one: string, many = `${one}s`): string {
  const names = sources.map(({ name, reached }) => (reached ? name : `${name} (not reached)`));
  return names.length === 0 ? `no ${one}` : `${names.length === 1 ? one : many} ${joinWords(names)}`;
}

function describeReach(checks: number, scopes: readonly string[], { plural }: Formats): string {
  const where = scopes.slice(0, 3).map(formatScope);
  const rest = scopes.length - where.length;
  if (rest > 0) where.push(plural(rest, 'other place'));
  return `${plural(checks, 'check')}${where.length > 0 ? `, ${joinWords(where)}` : ''}`;
}

function historyNote(history: ViewContext['result']['history']): string | undefined {
  if (history.state === 'none')
    return 'No history is kept: nothing can be confirmed by a second scan, so every finding stays unconfirmed.';
  if (history.state === 'first') return 'This is the first scan: findings are confirmed by the next one.';
  if (history.state === 'unreadable')
    return `The history could not be read${history.because ? ` (${history.because})` : ''}: what is new or resolved is not known.`;
  return undefined;
}
