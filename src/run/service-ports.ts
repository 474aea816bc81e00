import type { ScanResult } from '../model/scan-result.ts';

/** What the service asks of the rest besides scans. `run/wire-service.ts` makes the real ones. */
export interface ServicePorts {
  /** Scans that history holds, oldest first; empty without history. @throws HistoryError */
  scans(): Promise<readonly StoredScan[]>;
  /** undefined when there is none of that id, or it cannot be read. @throws HistoryError */
  result(scanId: string): Promise<ScanResult | undefined>;
  /** Keeps two scans from overlapping, here and in every other replica. @throws LockError when another one runs. */
  tryLock(): Promise<ServiceLock>;
  /** The report as a file; `live` only makes sense for HTML. */
  render(result: ScanResult, format: ReportFormat): Promise<string | Buffer>;
  /** The report as the page that a browser keeps open. */
  renderLive(result: ScanResult): Promise<string>;
  /** Text of the metrics that speak of a result. */
  metrics(result: ScanResult): Promise<string>;
  /** Undefined when no cluster of the config can be asked. */
  readonly reviews: ClusterReviews | undefined;
  close(): Promise<void>;
}

export interface StoredScan {
  readonly id: string;
  readonly runId: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly complete: boolean;
}

export interface ServiceLock {
  /** Aborted when somebody else may have taken it. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

export type ReportFormat = 'html' | 'json' | 'csv' | 'csv-volumes' | 'markdown' | 'pdf';

/** Who a token belongs to and what he may do, by the API server of one cluster. */
export interface ClusterReviews {
  /** Name of that cluster: its namespaces are the ones that `mayAccess` speaks of. */
  readonly cluster: string;
  /** undefined: the token is not (or no longer) valid. @throws SourceError when the API server gives no answer. */
  reviewToken(token: string, audiences: readonly string[]): Promise<ReviewedUser | undefined>;
  /** @throws SourceError when the API server gives no answer. */
  mayAccess(user: ReviewedUser, access: Access): Promise<boolean>;
}

export interface ReviewedUser {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

export type Access =
  | { readonly verb: 'get' | 'create'; readonly path: string }
  | { readonly verb: 'get'; readonly group: string; readonly resource: string; readonly namespace: string };
