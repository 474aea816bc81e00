import { Cron } from 'croner';
import type { Config } from '../../config/schema.ts';
import { durationMs } from '../../util/duration.ts';

/** When scans are due. Pure: the clock and chance are handed in. */
export interface Schedule {
  /** The next time after this one; undefined when config names none. */
  next(after: Date): Date | undefined;
  /** Whether the newest scan (started then) already stands for the one due at this time. */
  isDone(dueAt: Date, newestStartedAt: string | undefined): boolean;
}

export function createSchedule({ serve, report }: Pick<Config, 'serve' | 'report'>): Schedule {
  const { schedule, interval } = serve;
  const isDone: Schedule['isDone'] = (dueAt, newest) => newest !== undefined && Date.parse(newest) >= dueAt.getTime();
  if (schedule !== undefined) {
    const cron = new Cron(schedule, { timezone: report.timeZone, paused: true });
    return { next: (after) => cron.nextRun(after) ?? undefined, isDone };
  }
  if (interval === undefined) return { next: () => undefined, isDone };
  const ms = durationMs(interval);
  // Counted from 1970, so that all replicas mean the same times.
  return { next: (after) => new Date((Math.floor(after.getTime() / ms) + 1) * ms), isDone };
}
