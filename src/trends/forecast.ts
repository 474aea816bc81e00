import type { Forecast } from '../model/trends.ts';
import { backTest } from './back-test.ts';
import { type DayPoint, dayMs } from './daily.ts';
import { type Fit, fitGrowth } from './growth.ts';

/** Below it the line is not believed. */
const minQuality = 0.5;
const farDays = 1095;

export const method =
  'free space now, divided by the Theil–Sen slope of the daily readings; the range is that of the slope (Sen, 95 %)';

export type ForecastSubject = Pick<Forecast, 'subject' | 'key' | 'nas' | 'pool' | 'limitBytes'> & {
  readonly dataset?: string;
};

/** When the limit is reached if it goes on like this; silent, with the reason, when the readings cannot tell. */
export function forecastFull(
  subject: ForecastSubject,
  points: readonly DayPoint[],
  fit: Fit = fitGrowth(points),
): Forecast {
  const newest = points.at(-1);
  const usedBytes = newest?.usedBytes ?? 0;
  const base = { ...subject, usedBytes, method };
  if (newest === undefined) return { ...base, state: 'silent', because: 'there is no reading' };
  if (usedBytes >= subject.limitBytes)
    return {
      ...base,
      state: 'forecast',
      daysUntilFull: { expected: 0, earliest: 0, latest: 0 },
      fullOn: newest.day,
      method: 'it is full now',
    };
  const because = whySilent(fit, subject.limitBytes - usedBytes);
  if (because !== undefined || !fit.ok) return { ...base, state: 'silent', because: because ?? 'no fit' };
  const free = subject.limitBytes - usedBytes;
  const expected = Math.floor(free / fit.line.slope);
  const tested = backTest(points, subject.limitBytes);
  return {
    ...base,
    state: 'forecast',
    daysUntilFull: {
      expected,
      earliest: Math.floor(free / fit.line.high),
      ...(fit.line.low > 0 && { latest: Math.floor(free / fit.line.low) }),
    },
    fullOn: new Date(Date.parse(newest.day) + expected * dayMs).toISOString().slice(0, 10),
    ...(tested !== undefined && { backTest: tested }),
  };
}

function whySilent(fit: Fit, free: number): string | undefined {
  if (!fit.ok) return fit.because;
  const { slope, low } = fit.line;
  if (slope <= 0) return 'it does not grow';
  if (low <= 0) return 'its growth cannot be told from none (the range of the slope includes zero)';
  if (fit.quality < minQuality) return 'its readings do not follow a line';
  return free / slope > farDays ? 'at this growth it lasts more than three years' : undefined;
}
