import type { IgnoreMark } from '../model/kubernetes.ts';
import type { UserProperty } from '../model/truenas.ts';

/** What a person set on a dataset or ZFS snapshot: user properties `strandline:ignore`, `…-until`, `…-owner`. */
export function ignoreOf(thing: {
  readonly userProperties: Readonly<Record<string, UserProperty>>;
}): IgnoreMark | undefined {
  const value = (name: string) => thing.userProperties[`strandline:${name}`]?.value;
  const reason = value('ignore');
  if (reason === undefined || reason === '' || reason === '-') return undefined;
  const until = value('ignore-until');
  const owner = value('ignore-owner');
  return { reason, ...(until !== undefined && { until }), ...(owner !== undefined && { owner }) };
}
