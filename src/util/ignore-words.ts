import type { ScanResult } from '../model/scan-result.ts';

/** Ignore rules that somebody must look at, one sentence each: expired, about to, or matching nothing any more. */
export function rulesToReview({ ignoreRules }: Pick<ScanResult, 'ignoreRules'>): readonly string[] {
  return ignoreRules.flatMap(({ rule, owner, until, state }) => {
    const what = `Ignore rule ${rule}${owner === undefined ? '' : ` of ${owner}`}`;
    if (state === 'expired') return [`${what} expired${on(until)}: what it left out counts again.`];
    if (state === 'expiresSoon') return [`${what} expires${on(until)}.`];
    return state === 'dead' ? [`${what} matches nothing any more: remove it.`] : [];
  });
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
