import { TZDate } from '@date-fns/tz';

export const zone = 'Europe/Berlin';

/** The nightly hour, 02:30 in Berlin: it comes twice on 25 October 2026, and not at all on 28 March 2027. */
export function nightsOf(seed: number, count: number): Date[] {
  const [year, month, day] = seed % 2 === 0 ? [2026, 9, 12] : [2027, 2, 14];
  return Array.from({ length: count }, (_, night) => {
    const local = new TZDate(year, month, day + night, 2, 30, 0, zone);
    return new Date(local.getTime());
  });
}
