/** Counts logins that failed, so that nobody guesses tokens here, or makes us ask the API server without end. */
export class LoginFailures {
  readonly #counts = new Map<string, { count: number; readonly untilMs: number }>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** Seconds that the address must wait; undefined when it may try. */
  waitSeconds(address: string): number | undefined {
    const entry = this.#counts.get(address);
    if (entry === undefined || entry.count < allowed) return undefined;
    const leftMs = entry.untilMs - this.#nowMs();
    return leftMs > 0 ? Math.ceil(leftMs / 1000) : undefined;
  }

  add(address: string): void {
    const entry = this.#counts.get(address);
    if (entry !== undefined && entry.untilMs > this.#nowMs()) {
      entry.count += 1;
      return;
    }
    this.#counts.delete(address);
    this.#counts.set(address, { count: 1, untilMs: this.#nowMs() + windowMs });
    const oldest = this.#counts.keys().next().value;
    if (this.#counts.size > addresses && oldest !== undefined) this.#counts.delete(oldest);
  }
}

const allowed = 60;
const windowMs = 60_000;
const addresses = 10_000;
