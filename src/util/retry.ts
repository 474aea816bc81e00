import {
  ConsecutiveBreaker,
  circuitBreaker,
  DelegateBackoff,
  handleWhen,
  type IRetryBackoffContext,
  isBrokenCircuitError,
  retry,
  wrap,
} from 'cockatiel';
import { SourceError } from '../errors.ts';
import { HttpStatusError, isConnectionFault } from './http-error.ts';

export interface RetryOptions {
  /** Tries after the first one. */
  readonly retries: number;
  readonly baseMs: number;
  /** Longest wait, also when the server asks for more by Retry-After. */
  readonly maxMs: number;
  /** Consecutive connection failures after which nobody is asked any more for `openMs`. */
  readonly breakAfter: number;
  readonly openMs: number;
}

export const defaultRetry: RetryOptions = { retries: 3, baseMs: 300, maxMs: 20_000, breakAfter: 8, openMs: 15_000 };

export interface Guard {
  /** Runs `call`; repeats it only when `idempotent`. @throws the last error, or `unreachable` when the circuit is open. */
  run<T>(call: () => Promise<T>, options: { readonly idempotent: boolean; readonly signal: AbortSignal }): Promise<T>;
}

/** One per system: the circuit is shared by all its calls. A 5xx never opens it, for one bad list must not fail another. */
export function createGuard(system: string, options: RetryOptions = defaultRetry): Guard {
  const breaker = circuitBreaker(handleWhen(isSystemDown), {
    halfOpenAfter: options.openMs,
    breaker: new ConsecutiveBreaker(options.breakAfter),
  });
  const retrying = retry(handleWhen(isWorthRetrying), {
    maxAttempts: options.retries,
    backoff: new DelegateBackoff((context: IRetryBackoffContext<unknown>) => waitMs(context, options)),
  });
  const both = wrap(retrying, breaker);
  return {
    async run(call, { idempotent, signal }) {
      try {
        const policy = idempotent ? both : breaker;
        return await untilAborted(policy.execute(call, signal), signal);
      } catch (thrown) {
        if (!isBrokenCircuitError(thrown)) throw thrown;
        throw new SourceError('unreachable', `${system} was not asked: the calls before failed in a row`, {
          cause: thrown,
          remedy: 'See the first error of this source.',
        });
      }
    },
  };
}

function isSystemDown(error: unknown): boolean {
  return error instanceof SourceError && (error.kind === 'unreachable' || error.kind === 'timeout');
}

function isWorthRetrying(error: unknown): boolean {
  if (isBrokenCircuitError(error)) return false;
  if (error instanceof HttpStatusError && error.status >= 500) return true;
  if (error instanceof SourceError && error.kind === 'rateLimited') return true;
  return isConnectionFault(error);
}

/** Full jitter over an exponential step; what the server asks for by Retry-After is a lower bound. */
function waitMs({ attempt, result }: IRetryBackoffContext<unknown>, { baseMs, maxMs }: RetryOptions): number {
  const step = Math.random() * baseMs * 2 ** attempt;
  const asked = 'error' in result && result.error instanceof HttpStatusError ? (result.error.retryAfterMs ?? 0) : 0;
  return Math.min(maxMs, Math.max(step, asked));
}

/** cockatiel does not leave a wait between two tries when the signal fires. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
