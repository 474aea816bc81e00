import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { truthKey } from '../../fixtures/builder/truth.ts';
import { openHistory } from '../../src/history/store.ts';
import { silentLogger } from '../../src/model/logger.ts';
import { type Attempt, type AttemptOptions, attemptHere } from './attempt.ts';
import { Bench, type Place } from './bench.ts';
import { nightsOf } from './calendar.ts';
import { LivingEstate } from './estate.ts';
import { judgeAttempt, Ledger } from './invariants.ts';
import { type Night, planNights, type TroubleKind } from './plan.ts';
import { sumOf } from './pushgateway.ts';
import { beginTrouble } from './trouble.ts';

export interface MonthOptions {
  readonly seed: number;
  /** Default 30. */
  readonly nights?: number;
  /** Default: by the seed. */
  readonly plan?: readonly Night[];
  readonly build?: AttemptOptions['build'];
  readonly throughObjects?: AttemptOptions['throughObjects'];
  /** Default: on loopback, in this process; odd seeds remember in a folder, even ones in a bucket. */
  readonly runner?: Runner;
}

/** Where the systems of a month are, and how Strandline runs there. */
export interface Runner {
  readonly place: Place;
  attempt(bench: Bench, options: AttemptOptions): Promise<Attempt>;
  /** Growth from a third of the month to the next that is noise: MB. */
  readonly flatMb: number;
}

export interface Month {
  readonly seed: number;
  readonly ledger: Ledger;
  readonly nights: number;
  readonly attempts: number;
  readonly exitCodes: ReadonlyMap<string, number>;
  /** Troubles that were planned, and of them those that a run really met. */
  readonly met: ReadonlyMap<TroubleKind, number>;
  readonly findings: { readonly told: number; readonly confirmed: number; readonly resolved: number };
  readonly mails: number;
  readonly releases: readonly string[];
  readonly clusters: number;
  /** Live heap after each night, or the most that its pod held, MB. */
  readonly heapMb: readonly number[];
}

/** Exits after which a Job runs again, once (podFailurePolicy of cronjob/). */
const retried = new Set([1, 3, 4, 143, undefined]);

export async function runMonth(options: MonthOptions): Promise<Month> {
  const { seed, nights: count = 30, build, throughObjects } = options;
  const plan = options.plan ?? planNights(seed, count);
  const times = nightsOf(seed, count);
  const living = new LivingEstate(seed, times[0] ?? new Date(0), { clusterAdded: 8, nasUpgraded: 15 });
  const runner = options.runner ?? (await runnerHere(seed));
  const bench = await Bench.open(seed, runner.place);
  const ledger = new Ledger();
  const exitCodes = new Map<string, number>();
  const met = new Map<TroubleKind, number>();
  const findings = { told: 0, confirmed: 0, resolved: 0 };
  const releases = new Set<string>();
  const heapMb: number[] = [];
  const trueBefore = new Set<string>();
  let attempts = 0;
  let clusters = 0;
  let peakMb: number | undefined;
  try {
    for (const [night, at] of times.entries()) {
      const step = plan[night] ?? { trouble: undefined, persists: false, dice: [] };
      const estate = living.at(night, at);
      for (const { release } of estate.nases) releases.add(release);
      clusters = Math.max(clusters, estate.clusters.length);
      for (let turn = 1; turn <= 2; turn += 1) {
        const isTroubled = turn === 1 || step.persists;
        await bench.beginNight(at, estate);
        const trouble = beginTrouble(bench, isTroubled ? step : { ...step, trouble: undefined }, estate);
        await bench.beginNight(at, trouble.estate);
        bench.forgetCalls();
        bench.pushgateway.forget();
        const lastSuccessBefore = lastSuccessOf(bench);
        const runId = `strandline-${night}`;
        const attempt = await runner.attempt(bench, { runId, build, throughObjects, ...trouble.options });
        peakMb = attempt.peakMb;
        if (trouble.end() && step.trouble !== undefined) met.set(step.trouble, (met.get(step.trouble) ?? 0) + 1);
        attempts += 1;
        exitCodes.set(String(attempt.code), (exitCodes.get(String(attempt.code)) ?? 0) + 1);
        const witness = { night, attempt, estate, trueBefore, bench, lastSuccessBefore };
        judgeAttempt(ledger, { ...witness, stored: await storedScans(bench), mails: bench.takeMails() });
        if (step.trouble === undefined)
          ledger.expect(
            'no missed leak',
            night,
            attempt.code === 0,
            () => `quiet night, exit ${attempt.code}: ${JSON.stringify(attempt.result?.summary.notAssessed[0])}`,
          );
        for (const { change, confirmation } of attempt.result?.findings ?? []) {
          findings.told += 1;
          if (confirmation === 'confirmed') findings.confirmed += 1;
          if (change === 'resolved') findings.resolved += 1;
        }
        if (!retried.has(attempt.code)) break;
      }
      for (const finding of estate.truth.findings) trueBefore.add(truthKey(finding));
      heapMb.push(peakMb ?? liveHeapMb());
    }
    await judgeWholeHistory(ledger, bench, count);
    judgeMemory(ledger, heapMb, runner.flatMb);
    return {
      seed,
      ledger,
      nights: count,
      attempts,
      exitCodes,
      met,
      findings,
      mails: bench.mailIds.length,
      releases: [...releases],
      clusters,
      heapMb,
    };
  } finally {
    await bench.close();
  }
}

async function runnerHere(seed: number): Promise<Runner> {
  const folder = await mkdtemp(join(tmpdir(), `strandline-month-${seed}-`));
  return {
    place: { host: '127.0.0.1', folder, inBucket: seed % 2 === 0 },
    attempt: attemptHere,
    flatMb: 24, // it grows by what a scan keeps, times the nights between; noise stays far below
  };
}

function lastSuccessOf({ pushgateway, deployment }: Bench): number {
  return sumOf(pushgateway.groups.get(`strandline_run ${deployment}`), 'strandline_last_success_timestamp_seconds');
}

async function storedScans(bench: Bench): Promise<readonly string[]> {
  return withHistory(bench, async (store) => (await store.scans()).map(({ id }) => id));
}

/** Every byte is as it was committed, before and after the months are packed together. */
async function judgeWholeHistory(ledger: Ledger, bench: Bench, night: number): Promise<void> {
  await withHistory(bench, async (store) => {
    const before = (await store.scans()).map(({ id }) => id).sort();
    await store.compact({ graceMs: 0 });
    const after = (await store.scans()).map(({ id }) => id).sort();
    const { damaged } = await store.verify();
    ledger.expect('no lost scan', night, damaged.length === 0, () => `damaged: ${JSON.stringify(damaged)}`);
    ledger.expect('no lost scan', night, before.join() === after.join(), () => 'compaction changed the list of scans');
  });
}

async function withHistory<T>(
  bench: Bench,
  work: (store: Awaited<ReturnType<typeof openHistory>>) => Promise<T>,
): Promise<T> {
  const { deployment, now } = bench;
  const store = await openHistory({ location: bench.historyLocation(), deployment, logger: silentLogger, now });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** The middle of the last third against the middle of the second: warm by then, and one odd night says nothing. */
function judgeMemory(ledger: Ledger, heapMb: readonly number[], flatMb: number): void {
  const third = Math.floor(heapMb.length / 3);
  const growth = median(heapMb.slice(-third)) - median(heapMb.slice(third, 2 * third));
  ledger.expect('memory flat', heapMb.length, growth < flatMb, () => `the heap grew by ${growth.toFixed(1)} MB`);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function liveHeapMb(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1_000_000;
}
