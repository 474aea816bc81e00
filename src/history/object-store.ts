import type { Digest } from './digest.ts';

/**
 * The storage below history: named immutable objects. Keys are relative paths with `/`, as `buildPartKey` makes them.
 * Every method throws a HistoryError when the storage itself fails; nothing is retried above it.
 */
export interface ObjectStore {
  /** For messages: a directory, or `s3://bucket/prefix`. */
  readonly place: string;
  /**
   * Writes the whole object or nothing, and never over an existing one. When it returns, the object is durable.
   * `exists` also when an earlier, unanswered attempt of ours was the one that wrote it: compare the bytes.
   */
  putIfAbsent(key: string, body: Uint8Array): Promise<'created' | 'exists'>;
  /** Writes the whole object or nothing, over an existing one. Only for what has one writer at a time (`format.json`). */
  replace(key: string, body: Uint8Array): Promise<void>;
  /** undefined = there is no such object. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** Of an object that is not needed in memory; undefined = there is none. Only where that takes less than `get`. */
  digest?(key: string): Promise<Digest | undefined>;
  /** Every object whose key starts with the prefix, in the order of their keys; the prefix ends with `/` or is empty. */
  list(prefix: string): Promise<readonly StoredObject[]>;
  /** No error when it is not there. */
  delete(key: string): Promise<void>;
  /** Only where objects are files that DuckDB can read where they lie. */
  localPath?(key: string): string;
  /** Removes what killed writers left half-written; returns how many. Only where there can be such. */
  sweepTemporary?(olderThan: Date): Promise<number>;
}

export interface StoredObject {
  readonly key: string;
  readonly sizeBytes: number;
  readonly modifiedAt: string;
}
