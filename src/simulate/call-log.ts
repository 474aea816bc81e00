/** One call a simulator received: `call` is the method (`pool.query`) or the HTTP path (`/api/v1/pods`). */
export interface CallRecord {
  /** `nas/nas01`, `cluster/prod` */
  readonly system: string;
  readonly call: string;
  /** ISO 8601 UTC, by the real clock. */
  readonly at: string;
  /** What went back: an HTTP status, `ok` or an error name for JSON-RPC, or the kind of a fault that fired. */
  readonly status: string;
}

/** Every call that simulators received, in order. Shared by the systems of an estate. */
export class CallLog {
  readonly #records: CallRecord[] = [];

  get records(): readonly CallRecord[] {
    return this.#records;
  }

  add(system: string, call: string, status: string | number): void {
    this.#records.push({ system, call, at: new Date().toISOString(), status: String(status) });
  }

  /** The distinct calls of the log, in order of first use: what a test enumerates against the kinds of faults. */
  calls(system?: string): readonly { readonly system: string; readonly call: string }[] {
    const seen = new Map<string, { readonly system: string; readonly call: string }>();
    for (const record of this.#records) {
      if (system !== undefined && record.system !== system) continue;
      const key = `${record.system} ${record.call}`;
      if (!seen.has(key)) seen.set(key, { system: record.system, call: record.call });
    }
    return [...seen.values()];
  }

  clear(): void {
    this.#records.length = 0;
  }
}
