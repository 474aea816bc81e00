import type { SectionErrorCode } from '../model/collected.ts';

/** One call to a source, as audit log, debug log and progress see it. Holds no parameter, no body and no credential. */
export interface CallRecord {
  /** `nas/nas01`, `cluster/prod`, `webhook/chat` … */
  readonly system: string;
  /** `GET /api/v2.0/pool` or `pool.query`; never with a query string. */
  readonly method: string;
  readonly outcome: 'ok' | SectionErrorCode;
  /** HTTP status, where there was one. */
  readonly status?: number;
  /** Of the answer, after decompression. */
  readonly bytes: number;
  readonly durationMs: number;
  /** Objects in the answer, where it is a list. */
  readonly count?: number;
}

export type OnCall = (record: CallRecord) => void;
