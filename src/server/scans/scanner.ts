import { AppError, LockError } from '../../errors.ts';
import type { Logger } from '../../model/logger.ts';
import type { ScanResult } from '../../model/scan-result.ts';
import type { RunProblem } from '../../run/ports.ts';
import type { ServiceLock } from '../../run/service-ports.ts';
import { traced } from '../../util/trace.ts';
import type { ServiceEvent } from '../events/event.ts';

export interface ScanJob {
  readonly id: string;
  readonly trigger: 'schedule' | 'request';
  readonly startedAt: string;
  readonly state: 'running' | 'done' | 'failed';
  readonly step?: string;
  readonly finishedAt?: string;
  readonly complete?: boolean;
  readonly problems: readonly RunProblem[];
}

export interface ScanEnd {
  readonly result: ScanResult;
  readonly problems: readonly RunProblem[];
}

export interface ScannerDeps {
  readonly tryLock: () => Promise<ServiceLock>;
  /** Reads, judges, remembers and delivers. @throws AppError, and AbortError when `signal` ended it. */
  readonly runScan: (scanId: string, onStep: (step: string) => void, signal: AbortSignal) => Promise<ScanEnd>;
  readonly show: (result: ScanResult) => void;
  readonly publish: (event: ServiceEvent) => void;
  readonly newScanId: () => string;
  readonly now: () => Date;
  readonly log: Logger;
}

export interface Scanner {
  /** Gives back at once: the job, or undefined when a scan runs already, here or in another replica. */
  start(trigger: ScanJob['trigger']): Promise<ScanJob | undefined>;
  /** Newest first: the running one and the last ones. */
  readonly jobs: readonly ScanJob[];
  readonly isRunning: boolean;
  /** Ends when the running scan has ended; `stop` abandons it first. */
  stop(): Promise<void>;
  settled(): Promise<void>;
}

const keptJobs = 50;

/** One scan at a time: a flag in this process, and the Lease among the replicas. */
export function createScanner(deps: ScannerDeps): Scanner {
  const abort = new AbortController();
  let jobs: readonly ScanJob[] = [];
  let isBusy = false;
  let running: Promise<void> = Promise.resolve();

  const update = (id: string, change: Partial<ScanJob>): void => {
    jobs = jobs.map((job) => (job.id === id ? { ...job, ...change } : job));
  };

  async function start(trigger: ScanJob['trigger']): Promise<ScanJob | undefined> {
    if (isBusy || abort.signal.aborted) return undefined;
    isBusy = true;
    try {
      const lock = await deps.tryLock();
      const scanId = deps.newScanId();
      const job: ScanJob = { id: scanId, trigger, startedAt: deps.now().toISOString(), state: 'running', problems: [] };
      jobs = [job, ...jobs].slice(0, keptJobs);
      deps.publish({ kind: 'scan.started', scanId, trigger });
      running = run(scanId, lock);
      return job;
    } catch (error) {
      isBusy = false;
      if (error instanceof LockError) return undefined;
      throw error;
    }
  }

  async function run(scanId: string, lock: ServiceLock): Promise<void> {
    const onStep = (step: string): void => {
      update(scanId, { step });
      deps.publish({ kind: 'scan.progress', scanId, step });
    };
    try {
      const { result, problems } = await traced('scan', { attributes: { 'strandline.scan_id': scanId } }, () =>
        deps.runScan(scanId, onStep, AbortSignal.any([abort.signal, lock.lost])),
      );
      const { complete } = result.scan;
      update(scanId, { state: 'done', finishedAt: deps.now().toISOString(), complete, problems });
      deps.show(result);
      deps.publish({ kind: 'scan.finished', scanId, complete });
    } catch (error) {
      const because = error instanceof AppError ? error.message : 'the scan ended with an error: see the log';
      const problem: RunProblem = { kind: 'incomplete', message: because };
      update(scanId, { state: 'failed', finishedAt: deps.now().toISOString(), problems: [problem] });
      deps.publish({ kind: 'scan.failed', scanId, because });
      deps.log.error({ stage: 'serve', scanId, err: error }, 'a scan of the service failed');
    } finally {
      await lock.release();
      isBusy = false;
    }
  }

  return {
    start,
    get jobs() {
      return jobs;
    },
    get isRunning() {
      return isBusy;
    },
    async stop() {
      abort.abort();
      await running;
    },
    settled: () => running,
  };
}
