const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

const short = /^(\d+(?:ms|[smhdw]))+$/;
const iso = /^P(?=.)(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/**
 * Milliseconds of `90s`, `15m`, `24h`, `30d`, `2w`, sums such as `1d12h`, `0s`, or ISO 8601 without years and months
 * (`PT15M`, `P1DT2H`). Undefined for anything else: a bare number, spaces, fractions, signs.
 */
export function parseDuration(text: string): number | undefined {
  const ms = short.test(text) ? sumOfUnits(text) : isoMs(text);
  return ms !== undefined && Number.isSafeInteger(ms) ? ms : undefined;
}

/** The same for a text that config has validated already. */
export function durationMs(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new RangeError(`not a duration: ${text}`);
  return ms;
}

function sumOfUnits(text: string): number {
  let ms = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+)(ms|[smhdw])/g)) ms += Number(amount) * (unitMs[unit ?? ''] ?? 0);
  return ms;
}

function isoMs(text: string): number | undefined {
  const match = iso.exec(text);
  if (match === null) return undefined;
  const [, weeks, days, hours, minutes, seconds] = match.map((part) => Number(part ?? 0));
  return (
    (weeks ?? 0) * 604_800_000 +
    (days ?? 0) * 86_400_000 +
    (hours ?? 0) * 3_600_000 +
    (minutes ?? 0) * 60_000 +
    (seconds ?? 0) * 1000
  );
}
