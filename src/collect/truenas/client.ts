import type { CallRecord } from '../../util/call-record.ts';

export interface NasCallOptions {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Both transports behind one door: the collectors do not know which one is behind. Only reading methods are called, so
 * every call may be repeated.
 */
export interface TrueNasClient {
  readonly transport: 'jsonrpc' | 'rest';
  /** `params` as JSON-RPC takes them; REST translates filters and drops `select`. @throws SourceError */
  call(method: string, params?: readonly unknown[], options?: NasCallOptions): Promise<unknown>;
  close(): Promise<void>;
}

/** Reports one finished call to the hook. */
export type Report = (record: Omit<CallRecord, 'system'>) => void;
