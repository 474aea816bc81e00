import type { Config } from '../config/schema.ts';
import type { Logger } from '../model/logger.ts';
import type { RequestRecord } from '../model/request-record.ts';
import type { ServicePorts } from '../run/service-ports.ts';
import type { Authenticator } from './auth/authenticator.ts';
import type { Caller, View } from './auth/caller.ts';
import type { Rights } from './auth/rights.ts';
import type { Board } from './board.ts';
import type { Hub } from './events/hub.ts';
import type { ServerMetrics } from './metrics.ts';
import type { Scanner } from './scans/scanner.ts';

/** What the routes work with. */
export interface ServerContext {
  readonly config: Config;
  readonly ports: ServicePorts;
  readonly board: Board;
  readonly scanner: Scanner;
  readonly hub: Hub;
  readonly authenticator: Authenticator;
  readonly rights: Rights;
  readonly metrics: ServerMetrics;
  readonly log: Logger;
  readonly now: () => Date;
  readonly version: string;
  /** One record per request. Never holds a token, a query string or a body. */
  readonly audit: (record: RequestRecord) => void;
  /** True from SIGTERM on. */
  readonly isDraining: () => boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | undefined;
    view: View | undefined;
    /** Of the caller: to look at it again while a connection lasts. */
    token: string | undefined;
  }
  interface FastifyContextConfig {
    /** Answers without a token. */
    readonly isPublic?: boolean;
    /** Sends a browser without a token to the login page. */
    readonly isPage?: boolean;
  }
}
