/** What came of one API key that was to be replaced. No key text, anywhere. */
export interface RotationReport {
  readonly nas: string;
  /** User that the key belongs to. */
  readonly account?: string;
  /** Where the key stands: `vault:…`, `kubernetes:…`. */
  readonly place: string;
  readonly outcome: RotationOutcome;
  /** One sentence. */
  readonly because: string;
  readonly remedy?: string;
  /** In the order in which they are done. */
  readonly steps: readonly RotationStep[];
  /** Every key of the account, as it was before. */
  readonly keys: readonly RotationKey[];
}

/**
 * `refused`: a rule of ours speaks against it; nothing was changed. `failed`: a step did not succeed; the key in the
 * store and the one before it still work.
 */
export type RotationOutcome = 'rotated' | 'due' | 'notDue' | 'refused' | 'failed';

export interface RotationStep {
  /** `prove`: log in with the key. `readBack`: read the store again and log in with what it holds. */
  readonly what: 'delete' | 'create' | 'prove' | 'store' | 'readBack';
  readonly keyId?: number;
  readonly status: 'planned' | 'done' | 'failed' | 'later';
  readonly note?: string;
}

export interface RotationKey {
  readonly id: number;
  readonly name: string;
  readonly createdAt?: string;
  readonly expiresAt?: string;
  /** `inUse`: the one in the store. `leftover`: of an earlier rotation that did not end. `other`: not ours to touch. */
  readonly role: 'inUse' | 'replaced' | 'leftover' | 'other';
}
