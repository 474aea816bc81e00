import { setTimeout as sleepTimer } from 'node:timers/promises';
import { LockError, SourceError } from '../errors.ts';
import type { SectionErrorCode } from '../model/collected.ts';
import type { LeaseApi, LeaseWrite, StoredLease } from '../model/lease.ts';
import type { Logger } from '../model/logger.ts';

export interface LockOptions {
  readonly api: LeaseApi;
  /** Unique per run: the pod's UID in a cluster. */
  readonly holder: string;
  readonly leaseMs: number;
  readonly waitForMs: number;
  readonly logger: Logger;
  /** Stops the waiting (SIGTERM). */
  readonly signal?: AbortSignal;
  readonly clock?: LockClock;
  /** Shared by several tries, so that a holder that died between two of them is noticed. */
  readonly memory?: LockMemory;
}

/** The record as it was last seen to change. */
export interface LockMemory {
  seen?: { readonly lease: StoredLease; readonly atMs: number };
}

export interface LockClock {
  now(): Date;
  /** Never goes back; milliseconds. */
  monotonicMs(): number;
  /** Ends early, without throwing, when aborted. `keepsAlive`: whether the process stays up for it. */
  sleep(ms: number, keepsAlive: boolean, signal?: AbortSignal): Promise<void>;
}

export interface ScanLock {
  /** False when the run goes on without a lock (no right to the Lease, or no API server). */
  readonly isHeld: boolean;
  /** Aborted when the lease could not be renewed in time or somebody took it: another scan may be running. */
  readonly lost: AbortSignal;
  /** Gives the lease back at once; never throws. */
  release(): Promise<void>;
}

/**
 * Takes the Lease that keeps two scans of one deployment from overlapping, and renews it until released.
 *
 * Whether a holder is alive is told by its record changing within one lease of *our* monotonic clock, as client-go does
 * it: clocks of two nodes are never compared, and after a `kill -9` the next run waits one lease at most.
 * @throws LockError when another scan still holds it after waitForMs.
 */
export async function acquireScanLock(options: LockOptions): Promise<ScanLock> {
  const clock = options.clock ?? systemClock;
  const taken = await waitForLease(options, clock);
  if (taken !== 'unavailable') return holdLease(taken, options, clock);
  return { isHeld: false, lost: new AbortController().signal, release: async () => {} };
}

async function waitForLease(options: LockOptions, clock: LockClock): Promise<StoredLease | 'unavailable'> {
  const { holder, leaseMs, waitForMs, logger, signal } = options;
  const startedMs = clock.monotonicMs();
  const pollMs = Math.min(2_000, Math.max(50, leaseMs / 10));
  const memory = options.memory ?? {};

  for (;;) {
    signal?.throwIfAborted();
    try {
      const read = await options.api.get();
      if (read.status === 'forbidden') return goWithout(logger, 'no right to the Lease');
      const current = read.status === 'found' ? read.lease : undefined;
      const nowMs = clock.monotonicMs();
      if (current !== undefined && current.version !== memory.seen?.lease.version) {
        if (memory.seen === undefined && current.holder !== '' && current.holder !== holder)
          logger.info({ stage: 'lock', holder: current.holder }, 'the lock has a holder: waiting');
        memory.seen = { lease: current, atMs: nowMs };
      }
      if (isFree(current, memory.seen?.atMs ?? nowMs, nowMs, options)) {
        const taken = await takeLease(current, options, clock);
        if (taken === 'forbidden') return goWithout(logger, 'no right to the Lease');
        if (taken !== 'conflict') return taken;
      }
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      // Somebody seen to scan is waited for. A server never heard from cannot be scanned either: say so in the report.
      const isHopeless = !transient.has(error.kind) || clock.monotonicMs() - startedMs >= leaseMs / 2;
      if (memory.seen === undefined && isHopeless) return goWithout(logger, error.message);
    }
    const leftMs = startedMs + waitForMs - clock.monotonicMs();
    if (leftMs <= 0) throw lockedBy(memory.seen?.lease);
    await clock.sleep(Math.min(pollMs, leftMs), true, signal);
  }
}

const transient: ReadonlySet<SectionErrorCode> = new Set(['unreachable', 'timeout', 'server', 'rateLimited']);

/** The longer of both leases counts: a holder with a longer one than ours renews less often. */
function isFree(current: StoredLease | undefined, seenAtMs: number, nowMs: number, options: LockOptions): boolean {
  if (current === undefined || current.holder === '' || current.holder === options.holder) return true;
  return nowMs - seenAtMs >= Math.max(options.leaseMs, current.leaseMs);
}

function goWithout(logger: Logger, because: string): 'unavailable' {
  logger.warn({ stage: 'lock', because }, 'running without the scan lock');
  return 'unavailable';
}

async function takeLease(
  current: StoredLease | undefined,
  { api, holder, leaseMs }: LockOptions,
  clock: LockClock,
): Promise<StoredLease | 'conflict' | 'forbidden'> {
  const at = clock.now().toISOString();
  const mine = { holder, leaseMs, acquiredAt: at, renewedAt: at, transitions: (current?.transitions ?? -1) + 1 };
  const written: LeaseWrite =
    current === undefined ? await api.create(mine) : await api.update({ ...mine, version: current.version });
  return written.status === 'stored' ? { ...mine, version: written.version } : written.status;
}

function holdLease(taken: StoredLease, options: LockOptions, clock: LockClock): ScanLock {
  const { api, logger, leaseMs } = options;
  const lost = new AbortController();
  const stop = new AbortController();
  let mine = taken;

  function lose(because: string): void {
    logger.warn({ stage: 'lock', because }, 'the scan lock was lost: another scan may be running');
    lost.abort(new LockError(`the scan lock was lost: ${because}`, { remedy: 'Run the scan again.' }));
  }

  async function renew(): Promise<'kept' | 'lost'> {
    const next = { ...mine, renewedAt: clock.now().toISOString() };
    const written = await api.update(next);
    if (written.status === 'stored') mine = { ...next, version: written.version };
    else if (written.status === 'forbidden') return 'lost';
    else {
      // An update that was stored though its answer was lost looks like a conflict, too.
      const read = await api.get();
      if (read.status !== 'found' || read.lease.holder !== mine.holder) return 'lost';
      mine = read.lease;
    }
    return 'kept';
  }

  async function keepRenewing(): Promise<void> {
    let renewedAtMs = clock.monotonicMs();
    for (;;) {
      await clock.sleep(leaseMs / 3, false, stop.signal);
      if (stop.signal.aborted) return;
      try {
        if ((await renew()) === 'lost') return lose('another run took it');
        renewedAtMs = clock.monotonicMs();
      } catch (error) {
        if (!(error instanceof SourceError)) throw error;
        if (clock.monotonicMs() - renewedAtMs >= leaseMs) return lose('the API server did not answer in time');
      }
    }
  }

  const renewing = keepRenewing().catch((error: unknown) => {
    if (!stop.signal.aborted) lose(error instanceof Error ? error.name : 'unknown error');
  });
  return {
    isHeld: true,
    lost: lost.signal,
    async release() {
      if (stop.signal.aborted) return;
      stop.abort();
      await renewing;
      if (lost.signal.aborted) return;
      const freed = { ...mine, holder: '', renewedAt: clock.now().toISOString() };
      await api.update(freed).catch((error: unknown) => {
        logger.warn({ stage: 'lock', err: error }, 'the scan lock could not be given back: it runs out by itself');
      });
    },
  };
}

function lockedBy(current: StoredLease | undefined): LockError {
  const since = current?.acquiredAt === undefined ? '' : ` since ${current.acquiredAt}`;
  return new LockError(`another scan (${current?.holder ?? 'unknown'}) holds the lock${since}`, {
    remedy: 'Wait for it to finish, or raise lock.waitFor.',
  });
}

const systemClock: LockClock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
  async sleep(ms, keepsAlive, signal) {
    await sleepTimer(ms, undefined, { ref: keepsAlive, ...(signal && { signal }) }).catch((error: unknown) => {
      if (!signal?.aborted) throw error;
    });
  },
};
