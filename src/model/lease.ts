/** A coordination.k8s.io/v1 Lease, as far as the scan lock uses it. */
export interface LeaseRecord {
  /** UID of the pod that scans now, or another name that is unique per run. Empty: released. */
  readonly holder: string;
  readonly leaseMs: number;
  /** ISO 8601 UTC, by the holder's clock: for people only, never compared with our own clock. */
  readonly acquiredAt?: string;
  readonly renewedAt?: string;
  readonly transitions: number;
}

/** What was read, with the version that an update must still find. */
export interface StoredLease extends LeaseRecord {
  readonly version: string;
}

/** `conflict`: somebody else was faster. `forbidden`: the account may not (401, 403, or no such namespace). */
export type LeaseWrite =
  | { readonly status: 'stored'; readonly version: string }
  | { readonly status: 'conflict' }
  | { readonly status: 'forbidden' };

export type LeaseRead =
  | { readonly status: 'found'; readonly lease: StoredLease }
  | { readonly status: 'absent' }
  | { readonly status: 'forbidden' };

/** One named Lease. Every method throws a SourceError when the API server gives no usable answer. */
export interface LeaseApi {
  get(): Promise<LeaseRead>;
  create(lease: LeaseRecord): Promise<LeaseWrite>;
  update(lease: StoredLease): Promise<LeaseWrite>;
}
