/** A request that the service answered: who asked for which route, and what came of it. No token, query or body. */
export interface RequestRecord {
  readonly requestId: string;
  readonly method: string;
  /** The route (`/api/v1/scans/:scanId`), or `(none)`. */
  readonly route: string;
  readonly status: number;
  readonly address: string;
  readonly user?: string;
  readonly via?: 'jwt' | 'kubernetes';
  readonly durationMs: number;
}
