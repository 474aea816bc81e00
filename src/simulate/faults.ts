export const faultKinds = [
  'latency', // answers rightly, after `delayMs`
  'hang', // never answers
  'cut', // the socket is destroyed in the middle of the answer
  'unauthorized', // 401, ENOTAUTHENTICATED
  'forbidden', // 403, EACCES
  'notFound', // 404, unknown method
  'gone', // 410
  'tooManyRequests', // 429 with Retry-After, EBUSY
  'serverError', // 500, EFAULT
  'unavailable', // 503; JSON-RPC: the server closes the connection
  'halfPage', // valid JSON with some of the items and counts that do not add up; a plain list: truncated bytes
  'wrongJson', // bytes that are no JSON
  'emptyList', // a complete, valid, empty answer
  'refuse', // the connection is closed before a byte is read
  'tlsMismatch', // another certificate than the trusted one
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** Faults of the connection itself: their `call` is `*`, for no call is known yet. */
export const connectionFaults: readonly FaultKind[] = ['refuse', 'tlsMismatch'];

export interface Fault {
  /** `nas/nas01`, `cluster/prod`, or `*`. */
  readonly system: string;
  /** Method (`pool.query`) or path (`/api/v1/pods`) as in the call log, or `*`. */
  readonly call: string;
  readonly kind: FaultKind;
  /** How often it fires. Default: always. */
  readonly times?: number;
  /** halfPage: how many items are left. Default: half of them. */
  readonly afterItems?: number;
  /** latency: default 200. Ends early when the faults are replaced. */
  readonly delayMs?: number;
  /** tooManyRequests: default 1. */
  readonly retryAfterSeconds?: number;
}

/** Decides which fault meets which call, and counts every one that fired. */
export class FaultInjector {
  readonly #fired = new Map<Fault, number>();
  readonly #delayed = new Set<() => void>();
  #faults: readonly Fault[];

  constructor(faults: readonly Fault[] = []) {
    this.#faults = faults;
  }

  /** Replaces all faults and forgets the counts. What a latency holds back goes on at once. */
  set(faults: readonly Fault[]): void {
    this.#faults = faults;
    this.#fired.clear();
    for (const goOn of this.#delayed) goOn();
  }

  /** Until the latency is over. */
  delay({ delayMs = 200 }: Fault): Promise<void> {
    return new Promise((resolve) => {
      const goOn = () => {
        clearTimeout(timer);
        this.#delayed.delete(goOn);
        resolve();
      };
      const timer = setTimeout(goOn, delayMs).unref();
      this.#delayed.add(goOn);
    });
  }

  /** The first fault that matches and is not used up; it counts as fired. */
  take(system: string, call: string): Fault | undefined {
    return this.#takeFirst(
      (fault) => !connectionFaults.includes(fault.kind) && matches(fault.system, system) && matches(fault.call, call),
    );
  }

  /** The same for `refuse` or `tlsMismatch`, which hit a connection. */
  takeConnection(system: string, kind: FaultKind): Fault | undefined {
    return this.#takeFirst((fault) => fault.kind === kind && matches(fault.system, system));
  }

  /** True while a fault of this kind may still fire on the system's connections. */
  isArmed(system: string, kind: FaultKind): boolean {
    return this.#faults.some((fault) => fault.kind === kind && matches(fault.system, system) && this.#isLeft(fault));
  }

  firedCount(fault?: Fault): number {
    if (fault !== undefined) return this.#fired.get(fault) ?? 0;
    return [...this.#fired.values()].reduce((sum, count) => sum + count, 0);
  }

  fired(): readonly { readonly fault: Fault; readonly count: number }[] {
    return [...this.#fired].map(([fault, count]) => ({ fault, count }));
  }

  #takeFirst(isMatch: (fault: Fault) => boolean): Fault | undefined {
    const fault = this.#faults.find((candidate) => isMatch(candidate) && this.#isLeft(candidate));
    if (fault !== undefined) this.#fired.set(fault, this.firedCount(fault) + 1);
    return fault;
  }

  #isLeft(fault: Fault): boolean {
    return this.firedCount(fault) < (fault.times ?? Number.POSITIVE_INFINITY);
  }
}

function matches(pattern: string, value: string): boolean {
  return pattern === '*' || pattern === value;
}

/** How many of `count` items a half page keeps: fewer than all, also of one. */
export function halfOf(fault: Fault, count: number): number {
  return Math.max(0, Math.min(fault.afterItems ?? Math.floor(count / 2), count - 1));
}
