/**
 * What one list of one source gave: everything, or nothing.
 *
 * A list that could not be read completely is a failed section, never a short one: a failed page, a 403, a list cut
 * by 410 that could not be restarted, an item of ours that does not parse, a count that does not add up.
 */
export type Collected<T> = CompleteSection<T> | FailedSection;

export interface CompleteSection<T> {
  readonly ok: true;
  readonly items: readonly T[];
  /** When the list was asked for, by our clock, ISO 8601 UTC. */
  readonly takenAt: string;
  /**
   * Set when the source is known not to have such a list at all (an older TrueNAS release, snapshot CRDs not installed
   * while discovery itself was complete). `items` is then empty and that is the whole truth.
   */
  readonly absent?: string;
  /** Fields that could not be read in some items and are therefore `undefined` there: field name → number of items. */
  readonly unreadable?: Readonly<Record<string, number>>;
}

export interface FailedSection {
  readonly ok: false;
  readonly error: SectionError;
  readonly takenAt: string;
}

/** Why a section failed. Plain data, free of secrets, fit for every output. */
export interface SectionError {
  readonly code: SectionErrorCode;
  /** One sentence: what failed, on which object. */
  readonly message: string;
  /** One sentence that starts with a verb: what to do about it. */
  readonly remedy?: string;
}

export type SectionErrorCode =
  | 'unreachable' // no connection, name not resolved, connection cut, circuit open
  | 'timeout'
  | 'tls' // certificate, protocol version or pin refused
  | 'unauthenticated' // 401, wrong or expired key
  | 'forbidden' // 403, a right is missing
  | 'notFound' // 404 where the list must exist
  | 'rateLimited' // 429 or EBUSY after all retries
  | 'server' // 5xx, or an error raised by the method
  | 'badAnswer' // not JSON, half a page, an identity that does not parse, counts that do not add up
  | 'gone' // 410 again after the list was restarted
  | 'notAsked' // an earlier step failed (no login, system unknown) or the deadline had passed
  | 'partialRights'; // read, but only for some namespaces: no proof of absence

/** Names one list: `cluster/prod` `persistentVolumes`. */
export interface SectionRef {
  readonly source: SourceId;
  readonly name: string;
  readonly because: string;
}

export type SourceId = `cluster/${string}` | `nas/${string}`;

/**
 * A question put to lists of both sides. `absent` is only ever said when every list that could have answered was read
 * completely; otherwise it is `unknown`, with the lists that are missing. There is no other way to learn of absence.
 */
export type Lookup<T> =
  | { readonly status: 'found'; readonly value: T }
  | { readonly status: 'absent' }
  | { readonly status: 'unknown'; readonly unread: readonly SectionRef[] };
