import { SourceError } from '../../errors.ts';
import type { SectionErrorCode } from '../../model/collected.ts';
import { isObject, type Json } from './item.ts';

export type Query = Readonly<Record<string, string>>;

/** One API server as the collectors see it: authenticated, retried, within its deadline. */
export interface KubeApi {
  /** @throws StatusError when the server refuses, SourceError when no usable answer came. */
  get(path: string, query?: Query): Promise<Json>;
  /** A question that is asked by POST and stores nothing: an access review. Same errors. */
  ask(path: string, question: Json): Promise<Json>;
}

/** The API server answered, and refused. */
export class StatusError extends SourceError {
  readonly httpStatus: number;
  /** The server's own Status object; undefined when the answer came from something else on the way. */
  readonly status: Json | undefined;

  constructor(httpStatus: number, body: unknown, what: string) {
    const status = isObject(body) && body['kind'] === 'Status' ? body : undefined;
    super(kindOf(httpStatus), `${what}: ${textOf(httpStatus, status)}`, { remedy: remedyOf(httpStatus) });
    this.httpStatus = httpStatus;
    this.status = status;
  }

  get reason(): string | undefined {
    const reason = this.status?.['reason'];
    return typeof reason === 'string' ? reason : undefined;
  }
}

function kindOf(httpStatus: number): SectionErrorCode {
  if (httpStatus === 401) return 'unauthenticated';
  if (httpStatus === 403) return 'forbidden';
  if (httpStatus === 404) return 'notFound';
  if (httpStatus === 410) return 'gone';
  if (httpStatus === 429) return 'rateLimited';
  return 'server';
}

function textOf(httpStatus: number, status: Json | undefined): string {
  const message = status?.['message'];
  return typeof message === 'string' && message !== '' ? message.slice(0, 300) : `HTTP ${httpStatus}`;
}

function remedyOf(httpStatus: number): string {
  if (httpStatus === 401) return 'Renew the token or client certificate of the account that scans.';
  if (httpStatus === 403) return 'Give the account the rights of the ClusterRole in cronjob/.';
  if (httpStatus === 404) return 'Check that the server address is that of a Kubernetes API server.';
  if (httpStatus === 410) return 'Run the scan again when the cluster changes less, or raise pageSize.';
  if (httpStatus === 429) return 'Run the scan when the API server is less busy.';
  return 'Look at the health of the API server and run the scan again.';
}
