import type { ScanResult } from '../model/scan-result.ts';

const namedMarks = 3;

/**
 * Ignore rules that somebody must look at, one sentence each: expired, about to, or matching nothing any more. Marks on
 * objects that match nothing are told in one sentence: many are put there for later.
 */
export function rulesToReview({ ignoreRules }: Pick<ScanResult, 'ignoreRules'>): readonly string[] {
  const idle = ignoreRules.filter(({ from, state }) => state === 'dead' && from !== 'config');
  const others = ignoreRules.filter((rule) => !idle.includes(rule));
  return [...others.flatMap(toSentence), ...describeIdle(idle)];
}

type Use = ScanResult['ignoreRules'][number];

function toSentence({ rule, owner, until, state }: Use): string[] {
  const what = `Ignore rule ${rule}${owner === undefined ? '' : ` of ${owner}`}`;
  if (state === 'expired') return [`${what} expired${on(until)}: what it left out counts again.`];
  if (state === 'expiresSoon') return [`${what} expires${on(until)}.`];
  return state === 'dead' ? [`${what} matches nothing any more: remove it.`] : [];
}

function describeIdle(marks: readonly Use[]): string[] {
  if (marks.length === 0) return [];
  const named = marks.slice(0, namedMarks).map(({ rule }) => rule);
  const more = marks.length > namedMarks ? [`${marks.length - namedMarks} more`] : [];
  const match = marks.length === 1 ? 'ignore mark matches' : 'ignore marks match';
  return [
    `${marks.length} ${match} no finding now: ${[...named, ...more].join(', ')}. Remove what is not meant for later.`,
  ];
}

function on(until: string | undefined): string {
  return until === undefined ? '' : ` on ${until.slice(0, 10)}`;
}

/** Why a finding is left out, by whom and until when. */
export function describeIgnoredBy({
  reason,
  owner,
  until,
}: {
  reason: string;
  owner?: string | undefined;
  until?: string | undefined;
}): string {
  return [
    reason,
    ...(owner === undefined ? [] : [owner]),
    ...(until === undefined ? [] : [`until ${until.slice(0, 10)}`]),
  ].join(', ');
}
