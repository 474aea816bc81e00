import { setTimeout as sleep } from 'node:timers/promises';
import type { SourceId } from '../../model/collected.ts';
import { durationMs } from '../../util/duration.ts';
import type { RunDeps } from '../ports.ts';

export interface Awaited {
  readonly sources: readonly SourceId[];
  readonly isThere: (source: SourceId) => Promise<boolean>;
  /** `limits.shareWait` */
  readonly longest: string;
  readonly pollMs: number;
}

/** Until every source has its share, or the time is over. Who is missing then is said here, and judged by nobody. */
export async function awaitShares(
  { sources, isThere, longest, pollMs }: Awaited,
  { logger, progress, signal }: Pick<RunDeps, 'logger' | 'progress' | 'signal'>,
): Promise<void> {
  const missing = new Set(sources);
  const longestMs = durationMs(longest);
  for (let waitedMs = 0; longestMs > 0; waitedMs += pollMs) {
    for (const source of missing) if (await isThere(source)) missing.delete(source);
    if (missing.size === 0) return;
    if (waitedMs === 0) logger.info({ stage: 'shares', missing: [...missing], longest }, 'waiting for shares');
    if (waitedMs >= longestMs) break;
    progress(`waiting for the shares of ${missing.size} sources`);
    await sleep(Math.min(pollMs, longestMs - waitedMs), undefined, { signal }).catch(() => signal.throwIfAborted());
  }
  if (longestMs > 0) logger.warn({ missing: [...missing], longest }, 'shares are missing: going on without them');
}
