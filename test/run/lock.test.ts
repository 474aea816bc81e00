import assert from 'node:assert/strict';
import { LockError, SourceError } from '../../src/errors.ts';
import type { LeaseApi, LeaseRecord, StoredLease } from '../../src/model/lease.ts';
import { type Logger, silentLogger } from '../../src/model/logger.ts';
import { acquireScanLock, type LockClock } from '../../src/run/lock.ts';

const minute = 60_000;

/** One Lease in memory with the API server's rule: an update must name the stored version. */
class FakeLease implements LeaseApi {
  stored: StoredLease | undefined;
  fault: (() => void) | undefined;
  isForbidden = false;
  updates = 0;
  #version = 0;

  async get() {
    this.fault?.();
    if (this.isForbidden) return { status: 'forbidden' as const };
    return this.stored === undefined ? { status: 'absent' as const } : { status: 'found' as const, lease: this.stored };
  }

  async create(lease: LeaseRecord) {
    if (this.stored !== undefined) return { status: 'conflict' as const };
    return this.#store(lease);
  }

  async update(lease: StoredLease) {
    this.fault?.();
    this.updates += 1;
    if (this.stored?.version !== lease.version) return { status: 'conflict' as const };
    return this.#store(lease);
  }

  #store(lease: LeaseRecord) {
    this.#version += 1;
    this.stored = { ...lease, version: String(this.#version) };
    return { status: 'stored' as const, version: this.stored.version };
  }
}

/** Time that only moves when somebody sleeps; each sleep lets the others run first. */
class FakeClock implements LockClock {
  ms = 0;
  readonly wallOffsetMs: number;
  readonly #sleepers = new Set<{ readonly untilMs: number; readonly wake: () => void }>();

  constructor(wallOffsetMs = 0) {
    this.wallOffsetMs = wallOffsetMs;
  }

  now() {
    return new Date(Date.UTC(2026, 10, 23) + this.ms + this.wallOffsetMs);
  }

  monotonicMs() {
    return this.ms;
  }

  async sleep(ms: number, _keepsAlive: boolean, signal?: AbortSignal) {
    if (signal?.aborted) return;
    await new Promise<void>((resolve) => {
      const sleeper = { untilMs: this.ms + ms, wake: resolve };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', () => {
        this.#sleepers.delete(sleeper);
        resolve();
      });
    });
  }

  /** Moves on to `toMs`, sleeper by sleeper in order of time. */
  async advanceTo(toMs: number) {
    for (;;) {
      await settle();
      const next = [...this.#sleepers].sort((a, b) => a.untilMs - b.untilMs)[0];
      if (next === undefined || next.untilMs > toMs) break;
      this.#sleepers.delete(next);
      this.ms = next.untilMs;
      next.wake();
    }
    this.ms = toMs;
    await settle();
  }
}

async function settle() {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

function options(api: LeaseApi, clock: LockClock, holder: string, more: { waitForMs?: number; logger?: Logger } = {}) {
  return { api, clock, holder, leaseMs: minute, waitForMs: 10 * minute, logger: silentLogger, ...more };
}

function recordingLogger() {
  const warnings: string[] = [];
  return { warnings, logger: { ...silentLogger, warn: (_: unknown, message: string) => warnings.push(message) } };
}

/** Lets a promise be asked whether it is done, and with what. */
function watch<T>(promise: Promise<T>) {
  let outcome: { readonly value?: T; readonly error?: unknown } | undefined;
  promise.then(
    (value) => {
      outcome = { value };
    },
    (error: unknown) => {
      outcome = { error };
    },
  );
  return { isPending: () => outcome === undefined, value: () => outcome?.value, error: () => outcome?.error };
}

describe('[U] run/lock', () => {
  it('creates the Lease in its own name and gives it back', async () => {
    const api = new FakeLease();

    const lock = await acquireScanLock(options(api, new FakeClock(), 'pod-a'));

    assert.equal(lock.isHeld, true);
    assert.equal(api.stored?.holder, 'pod-a');
    assert.equal(api.stored?.leaseMs, minute);
    await lock.release();
    assert.equal(api.stored?.holder, '');
  });

  it('renews three times within each lease', async () => {
    const api = new FakeLease();
    const clock = new FakeClock();
    const lock = await acquireScanLock(options(api, clock, 'pod-a'));

    await clock.advanceTo(5 * minute);

    assert.equal(api.updates, 15);
    assert.equal(api.stored?.renewedAt, '2026-11-23T00:05:00.000Z');
    assert.equal(lock.lost.aborted, false);
  });

  it('lets the second scan start as soon as the first gives the lock back', async () => {
    const api = new FakeLease();
    const clock = new FakeClock();
    const first = await acquireScanLock(options(api, clock, 'pod-a'));
    const second = watch(acquireScanLock(options(api, clock, 'pod-b')));

    await clock.advanceTo(3 * minute);
    assert.equal(second.isPending(), true);
    await first.release();
    await clock.advanceTo(3 * minute + 2_000);

    assert.equal(second.value()?.isHeld, true);
    assert.equal(api.stored?.holder, 'pod-b');
    assert.equal(api.stored?.transitions, 1);
  });

  it('gives up with a LockError naming the holder when waitFor has passed', async () => {
    const api = new FakeLease();
    const clock = new FakeClock();
    await acquireScanLock(options(api, clock, 'pod-a'));
    const second = watch(acquireScanLock(options(api, clock, 'pod-b')));

    await clock.advanceTo(10 * minute - 1);
    assert.equal(second.isPending(), true);
    await clock.advanceTo(10 * minute);

    assert.ok(second.error() instanceof LockError);
    assert.match(String(second.error()), /pod-a/);
    assert.equal(api.stored?.holder, 'pod-a');
  });

  it('takes over from a killed holder after one lease, not sooner and not later', async () => {
    const api = new FakeLease();
    await api.create({ holder: 'pod-killed', leaseMs: minute, transitions: 4 });
    const clock = new FakeClock();
    const next = watch(acquireScanLock(options(api, clock, 'pod-b')));

    await clock.advanceTo(minute - 2_001);
    assert.equal(next.isPending(), true);
    await clock.advanceTo(minute);

    assert.equal(next.value()?.isHeld, true);
    assert.equal(api.stored?.transitions, 5);
  });

  it('does not mistake a node whose clock is hours off for a dead one', async () => {
    const api = new FakeLease();
    const clock = new FakeClock();
    const behind: LockClock = {
      now: () => new Date(clock.now().getTime() - 6 * 60 * minute),
      monotonicMs: () => clock.monotonicMs(),
      sleep: (ms, keepsAlive, signal) => clock.sleep(ms, keepsAlive, signal),
    };
    await acquireScanLock(options(api, behind, 'pod-a'));
    const second = watch(acquireScanLock(options(api, clock, 'pod-b')));

    await clock.advanceTo(9 * minute);

    assert.equal(second.isPending(), true);
    assert.equal(api.stored?.holder, 'pod-a');
  });

  it('honours a holder whose lease is longer than its own', async () => {
    const api = new FakeLease();
    await api.create({ holder: 'pod-a', leaseMs: 3 * minute, transitions: 0 });
    const clock = new FakeClock();
    const second = watch(acquireScanLock(options(api, clock, 'pod-b')));

    await clock.advanceTo(2 * minute);
    assert.equal(second.isPending(), true);
    await clock.advanceTo(3 * minute);

    assert.equal(second.value()?.isHeld, true);
  });

  it('lets exactly one of two win when both see the Lease free', async () => {
    const api = new FakeLease();
    await api.create({ holder: '', leaseMs: minute, transitions: 0 });
    const clock = new FakeClock();
    const runs = ['pod-a', 'pod-b'].map((holder) => watch(acquireScanLock(options(api, clock, holder))));

    await clock.advanceTo(5_000);

    assert.equal(runs.filter((run) => run.value() !== undefined).length, 1);
  });

  it('lets exactly one of two win when both find no Lease', async () => {
    const api = new FakeLease();
    const clock = new FakeClock();
    const runs = ['pod-a', 'pod-b'].map((holder) => watch(acquireScanLock(options(api, clock, holder))));

    await clock.advanceTo(5_000);

    assert.equal(runs.filter((run) => run.value() !== undefined).length, 1);
  });

  it('runs with a warning where the account has no right to the Lease', async () => {
    const api = new FakeLease();
    api.isForbidden = true;
    const { logger, warnings } = recordingLogger();

    const lock = await acquireScanLock(options(api, new FakeClock(), 'laptop', { logger }));

    assert.equal(lock.isHeld, false);
    assert.deepEqual(warnings, ['running without the scan lock']);
    await lock.release();
  });

  it('runs with a warning after half a lease when no API server ever answered', async () => {
    const api = new FakeLease();
    api.fault = () => {
      throw new SourceError('unreachable', 'connection refused');
    };
    const clock = new FakeClock();
    const { logger, warnings } = recordingLogger();
    const run = watch(acquireScanLock(options(api, clock, 'pod-a', { logger })));

    await clock.advanceTo(29_000);
    assert.equal(run.isPending(), true);
    await clock.advanceTo(31_000);

    assert.equal(run.value()?.isHeld, false);
    assert.equal(warnings.length, 1);
  });

  it('never overtakes a scan it has seen because the API server fails meanwhile', async () => {
    const api = new FakeLease();
    const clock = new FakeClock();
    await api.create({ holder: 'pod-a', leaseMs: minute, transitions: 0 });
    const run = watch(acquireScanLock(options(api, clock, 'pod-b')));
    await clock.advanceTo(10_000);
    api.fault = () => {
      throw new SourceError('server', '500');
    };

    await clock.advanceTo(10 * minute);

    assert.ok(run.error() instanceof LockError);
  });

  it('survives an API server that is away for less than a lease', async () => {
    const api = new FakeLease();
    const clock = new FakeClock();
    const lock = await acquireScanLock(options(api, clock, 'pod-a'));
    api.fault = () => {
      throw new SourceError('server', '503');
    };
    await clock.advanceTo(45_000);
    api.fault = undefined;

    await clock.advanceTo(5 * minute);

    assert.equal(lock.lost.aborted, false);
    assert.equal(api.stored?.holder, 'pod-a');
  });

  it('says that the lock is lost when it could not be renewed for a whole lease', async () => {
    const api = new FakeLease();
    const clock = new FakeClock();
    const lock = await acquireScanLock(options(api, clock, 'pod-a'));
    api.fault = () => {
      throw new SourceError('server', '503');
    };

    await clock.advanceTo(minute);

    assert.equal(lock.lost.aborted, true);
    assert.ok(lock.lost.reason instanceof LockError);
  });

  it('says that the lock is lost when another run took it, and leaves that one alone', async () => {
    const api = new FakeLease();
    const clock = new FakeClock();
    const lock = await acquireScanLock(options(api, clock, 'pod-a'));
    const stored = api.stored;
    assert.ok(stored);
    await api.update({ ...stored, holder: 'pod-b' });

    await clock.advanceTo(20_000);
    await lock.release();

    assert.equal(lock.lost.aborted, true);
    assert.equal(api.stored?.holder, 'pod-b');
  });

  it('keeps the lock when an update was stored but its answer was lost', async () => {
    const api = new FakeLease();
    const clock = new FakeClock();
    const lock = await acquireScanLock(options(api, clock, 'pod-a'));
    const stored = api.stored;
    assert.ok(stored);
    await api.update(stored);

    await clock.advanceTo(minute);

    assert.equal(lock.lost.aborted, false);
  });

  it('stops waiting at once on a signal', async () => {
    const api = new FakeLease();
    await api.create({ holder: 'pod-a', leaseMs: minute, transitions: 0 });
    const clock = new FakeClock();
    const stop = new AbortController();
    const run = watch(acquireScanLock({ ...options(api, clock, 'pod-b'), signal: stop.signal }));
    await clock.advanceTo(10_000);

    stop.abort(new Error('SIGTERM'));
    await settle();

    assert.equal(String(run.error()), 'Error: SIGTERM');
  });
});
