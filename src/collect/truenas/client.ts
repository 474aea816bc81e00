import type { CallRecord } from '../../util/call-record.ts';

export interface NasCallOptions {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
  /** False for the one caller that changes something (rotation of API keys): JSON-RPC only. Default true. */
  readonly isRepeatable?: boolean;
}

/**
 * Both transports behind one door: the collectors do not know which one is behind. They call only reading methods, so
 * every call may be repeated.
 */
export interface TrueNasClient {
  readonly transport: 'jsonrpc' | 'rest';
  /** `params` as JSON-RPC takes them; REST translates filters and drops `select`. @throws SourceError */
  call(method: string, params?: readonly unknown[], options?: NasCallOptions): Promise<unknown>;
  /**
   * A long list, each row read as it is parsed, so that what is not kept is not held. Every try begins with a new
   * reader. @throws SourceError also when the answer is no list.
   */
  list<T>(
    method: string,
    params: readonly unknown[],
    begin: () => RowReader<T>,
    options?: NasCallOptions,
  ): Promise<ReadRows<T>>;
  close(): Promise<void>;
}

/** Takes what is used out of one row after another. @throws SourceError for a row whose identity cannot be read. */
export interface RowReader<T> {
  read(row: unknown, index: number): T;
  /** Fields that were there and could not be read. */
  readonly unreadable?: Readonly<Record<string, number>>;
}

export interface ReadRows<T> {
  readonly items: readonly T[];
  readonly unreadable: Readonly<Record<string, number>>;
}

/** Reports one finished call to the hook. */
export type Report = (record: Omit<CallRecord, 'system'>) => void;
