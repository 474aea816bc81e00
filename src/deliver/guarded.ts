import { AppError, HistoryError } from '../errors.ts';
import type { RunProblem } from '../run/ports.ts';
import { traced } from '../util/trace.ts';
import type { DeliverDeps } from './deps.ts';

/** An error ends here: it becomes a problem of the run, and is logged with its cause. `work` returns failures in words. */
export async function guarded(
  sink: string,
  timeoutMs: number,
  { logger, signal }: Pick<DeliverDeps, 'logger' | 'signal'>,
  work: () => Promise<readonly string[]>,
): Promise<readonly RunProblem[]> {
  const started = performance.now();
  try {
    const failures = await traced('deliver', { attributes: { 'strandline.sink': sink } }, () =>
      inTime(work(), timeoutMs * 2, signal),
    );
    logger.info({ sink, failed: failures.length, durationMs: Math.round(performance.now() - started) }, 'delivered');
    return failures.map((message) => ({ kind: 'delivery', message, remedy }));
  } catch (error) {
    logger.error({ sink, err: error }, 'delivery failed');
    return [toProblem(sink, error)];
  }
}

const remedy = 'See the log of this run; what can be sent again is sent by the next run.';

function toProblem(sink: string, error: unknown): RunProblem {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const kind = first instanceof HistoryError ? 'history' : 'delivery';
  if (!(first instanceof AppError)) return { kind, message: `${sink}: delivery failed`, remedy };
  return { kind, message: `${sink}: ${first.message}`, remedy: first.remedy ?? remedy };
}

/** What is being sent when the run is stopped may end: a message cut off in the middle is one of unknown fate. */
const stopGraceMs = 15_000;

async function inTime<T>(work: Promise<T>, timeoutMs: number, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timers = [setTimeout(() => reject(new Error(`not done after ${timeoutMs} ms`)), timeoutMs)];
  const stop = () => {
    timers.push(setTimeout(() => reject(new Error('the run was stopped')), stopGraceMs));
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    for (const timer of timers) clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}
