/** The moment at which something ends; a day without a time counts to its end (UTC). Undefined: not a date. */
export function endOf(until: string): number | undefined {
  const time = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(until) ? `${until}T23:59:59.999Z` : until);
  return Number.isNaN(time) ? undefined : time;
}

/** True also for what is no date: an exception that a typo made endless would hide findings for ever. */
export function hasEnded(until: string, now: Date): boolean {
  const end = endOf(until);
  return end === undefined || end <= now.getTime();
}
