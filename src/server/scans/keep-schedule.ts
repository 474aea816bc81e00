import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../model/logger.ts';
import type { StoredScan } from '../../run/service-ports.ts';
import type { Scanner } from './scanner.ts';
import type { Schedule } from './schedule.ts';

export interface ScheduleDeps {
  readonly schedule: Schedule;
  readonly jitterMs: number;
  /** How often a replica that did not get the lock looks whether the other one has finished, or died. */
  readonly pollMs: number;
  readonly scanner: Pick<Scanner, 'start' | 'settled'>;
  readonly scans: () => Promise<readonly StoredScan[]>;
  readonly now: () => Date;
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/**
 * Scans when they are due. All replicas wait for the same times; whoever gets the lock first scans, and the others look on
 * until its scan stands in history. When it died, its lock runs out and the next one scans.
 */
export async function keepSchedule(deps: ScheduleDeps): Promise<void> {
  let dueAt = deps.schedule.next(deps.now());
  while (dueAt !== undefined && !deps.signal.aborted) {
    await pause(dueAt.getTime() - deps.now().getTime() + deps.random() * deps.jitterMs, deps.signal);
    await scanOnce(dueAt, deps);
    const now = deps.now();
    dueAt = deps.schedule.next(dueAt > now ? dueAt : now);
  }
}

async function scanOnce(dueAt: Date, { schedule, scanner, scans, pollMs, signal, log }: ScheduleDeps): Promise<void> {
  while (!signal.aborted) {
    try {
      if (schedule.isDone(dueAt, (await scans()).at(-1)?.startedAt)) return;
      if ((await scanner.start('schedule')) !== undefined) return await scanner.settled();
    } catch (error) {
      log.error({ stage: 'serve', err: error }, 'the scan that is due could not be started: tried again');
    }
    await pause(pollMs, signal);
  }
}

/** Long waits in pieces: a timer holds no more than 24 days. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  for (let leftMs = ms; leftMs > 0 && !signal.aborted; leftMs -= longestMs)
    await sleep(Math.min(leftMs, longestMs), undefined, { signal, ref: false }).catch(() => undefined);
}

const longestMs = 86_400_000;
