import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { Config, type ConfigInput } from '../../src/config/schema.ts';
import { LockError } from '../../src/errors.ts';
import { silentLogger } from '../../src/model/logger.ts';
import type { RequestRecord } from '../../src/model/request-record.ts';
import type { ScanResult } from '../../src/model/scan-result.ts';
import type { ServicePorts } from '../../src/run/service-ports.ts';
import type { ScannerDeps } from '../../src/server/scans/scanner.ts';
import { startServer } from '../../src/server/start.ts';
import { followTrail } from '../../src/util/trail.ts';
import { makeResult } from './make-result.ts';

export interface Service {
  readonly url: string;
  readonly audit: readonly RequestRecord[];
  /** What history holds. */
  readonly stored: ScanResult[];
  /** Locked by another replica. */
  lockElsewhere(isLocked: boolean): void;
  token(claims?: JWTPayload & Record<string, unknown>): Promise<string>;
  readonly privateKey: CryptoKey;
  readonly publicJwk: Readonly<Record<string, unknown>>;
  get(path: string, init?: RequestInit & { readonly as?: string }): Promise<Response>;
  /** SIGTERM. */
  abort(): void;
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

export interface ServiceOptions {
  readonly results?: readonly ScanResult[];
  readonly serve?: Record<string, unknown>;
  readonly otel?: Record<string, unknown>;
  readonly ports?: Partial<ServicePorts>;
  readonly runScan?: ScannerDeps['runScan'];
}

export const issuer = 'https://issuer.example.org';
export const audience = 'strandline';

/** The service on a free port of loopback, with an issuer of its own and a history in memory. */
export async function startService(options: ServiceOptions = {}): Promise<Service> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const publicJwk = { ...(await exportJWK(publicKey)), kid: 'key-1', alg: 'RS256', use: 'sig' };
  const folder = await mkdtemp(join(tmpdir(), 'strandline-service-'));
  const jwksFile = join(folder, 'jwks.json');
  await writeFile(jwksFile, JSON.stringify({ keys: [publicJwk] }));
  const config = Config.parse({
    ...(options.otel !== undefined && { otel: options.otel }),
    serve: {
      ...{ host: '127.0.0.1', port: 0, drain: '0s', refresh: '1s', ...options.serve },
      auth: {
        kubernetes: { enabled: options.ports?.reviews !== undefined, cacheFor: '1s' },
        jwt: { issuer, audience, jwksFile },
        grants: [
          { users: ['oidc:admin'], namespaces: ['*'], scan: true },
          { users: ['oidc:reader'], namespaces: ['*'] },
          { groups: ['oidc:shop'], namespaces: ['prod/shop'] },
        ],
        ...(options.serve?.['auth'] as object | undefined),
      },
    },
  } satisfies ConfigInput as ConfigInput);
  const stored = [...(options.results ?? [makeResult()])];
  const audit: RequestRecord[] = [];
  const stopListening = followTrail((event) => {
    if (event.kind === 'request') audit.push(event);
    if (audit.length > 1000) audit.shift();
  });
  const abort = new AbortController();
  let isLockedElsewhere = false;
  const server = await startServer(config, {
    ...{
      logger: {
        ...silentLogger,
        error: (f: object, m: string) =>
          process.env['SHOW'] && process.stderr.write(`${m} ${(f as { err?: Error }).err?.stack}\n`),
      },
      now: () => new Date(),
      signal: abort.signal,
    },
    ports: { ...memoryPorts(stored, () => isLockedElsewhere), ...options.ports },
    runScan: options.runScan ?? (async () => ({ result: makeResult(), problems: [] })),
  });

  const token = (claims: JWTPayload & Record<string, unknown> = {}) =>
    new SignJWT({ sub: 'admin', ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'key-1' })
      .setIssuer(claims.iss ?? issuer)
      .setAudience(claims.aud ?? audience)
      .setExpirationTime(claims.exp ?? '5m')
      .sign(privateKey);

  return {
    ...{ url: server.url, audit, stored, token, privateKey, publicJwk },
    lockElsewhere: (isLocked) => {
      isLockedElsewhere = isLocked;
    },
    get: async (path, { as = 'admin', ...init } = {}) =>
      fetch(`${server.url}${path}`, {
        ...init,
        headers: {
          ...(as === '' ? {} : { authorization: `Bearer ${await token({ sub: as, groups: [as] })}` }),
          ...(init.headers as Record<string, string> | undefined),
        },
      }),
    abort: () => abort.abort(),
    ended: server.ended,
    async close() {
      abort.abort();
      await server.ended;
      stopListening();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function memoryPorts(stored: readonly ScanResult[], isLocked: () => boolean): ServicePorts {
  return {
    scans: async () => stored.map(({ scan }) => scan),
    result: async (scanId) => stored.find(({ scan }) => scan.id === scanId),
    tryLock: async () => {
      if (isLocked()) throw new LockError('another replica scans');
      return { lost: new AbortController().signal, release: async () => {} };
    },
    render: async (result, format) => `${format} of ${result.scan.id}`,
    renderLive: async (result) => `<p>${result.scan.id}</p>`,
    metrics: async () => 'strandline_findings 1\n',
    reviews: undefined,
    close: async () => {},
  };
}
