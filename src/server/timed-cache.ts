/**
 * Answers that are good for a time. Callers that ask for the same at once share one question; a question that failed is
 * not remembered. The oldest go first when it is full.
 */
export class TimedCache<T> {
  readonly #entries = new Map<string, { readonly value: Promise<T>; readonly untilMs: number }>();
  readonly #limit: number;
  readonly #nowMs: () => number;

  constructor(limit: number, nowMs: () => number = () => performance.now()) {
    this.#limit = limit;
    this.#nowMs = nowMs;
  }

  get(key: string, ttlMs: number, ask: () => Promise<T>): Promise<T> {
    const known = this.#entries.get(key);
    if (known !== undefined && known.untilMs > this.#nowMs()) return known.value;
    this.#entries.delete(key);
    const value = ask();
    this.#entries.set(key, { value, untilMs: this.#nowMs() + ttlMs });
    value.catch(() => {
      if (this.#entries.get(key)?.value === value) this.#entries.delete(key);
    });
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#limit) break;
      this.#entries.delete(oldest);
    }
    return value;
  }

  clear(): void {
    this.#entries.clear();
  }
}
