import { readFile } from 'node:fs/promises';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  decodeJwt,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import type { Config } from '../../config/schema.ts';
import { AppError, ConfigError, SourceError } from '../../errors.ts';
import { createHttpClient } from '../../util/http.ts';
import type { Caller } from './caller.ts';

type Options = NonNullable<Config['serve']['auth']['jwt']>;

export interface JwtVerifier {
  /** Whether the token says that it comes from our issuer. It may lie: nothing but the choice of the judge rests on it. */
  claims(token: string): boolean;
  /** undefined: not good. @throws SourceError when the keys of the issuer cannot be had. */
  verify(token: string): Promise<Caller | undefined>;
}

/**
 * Keys come from the configured set alone: what a token says of its key (`jku`, `x5u`, `jwk`, a path in `kid`) is not
 * followed. Algorithms are pinned, and only those with a private key exist in config.
 */
export async function createJwtVerifier(options: Options): Promise<JwtVerifier> {
  const keys = await openKeys(options);
  const { issuer, audience, algorithms } = options;
  return {
    claims: (token) => issuerOf(token) === issuer,
    async verify(token) {
      try {
        const { payload } = await jwtVerify(token, keys, {
          ...{ issuer, audience, algorithms: [...algorithms] },
          requiredClaims: ['exp', options.userClaim],
          clockTolerance: 30,
        });
        return toCaller(payload, options);
      } catch (error) {
        if (error instanceof AppError) throw error;
        if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) throw keysUnavailable(error);
        if (error instanceof errors.JOSEError) return undefined;
        throw keysUnavailable(error);
      }
    },
  };
}

function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined; // no JWT at all
  }
}

function toCaller(payload: JWTPayload, { userClaim, groupsClaim, prefix }: Options): Caller | undefined {
  const user = payload[userClaim];
  const groups = payload[groupsClaim];
  if (typeof user !== 'string' || user === '') return undefined;
  const named = Array.isArray(groups) ? groups.filter((each) => typeof each === 'string') : [];
  return {
    name: `${prefix}${user}`,
    groups: named.map((group) => `${prefix}${group}`),
    via: 'jwt',
    ...(payload.exp !== undefined && { expiresAtMs: payload.exp * 1000 }),
  };
}

async function openKeys({ jwksUrl, jwksFile, caFile }: Options): Promise<JWTVerifyGetKey> {
  if (jwksUrl === undefined) return createLocalJWKSet(await readKeys(jwksFile ?? ''));
  const ca = caFile === undefined ? undefined : await readFile(caFile, 'utf8');
  const http = await createHttpClient({
    system: 'serve/jwks',
    timeoutMs: 10_000,
    maxBodyBytes: 1024 * 1024,
    ...(ca !== undefined && { tls: { ca } }),
  });
  return createRemoteJWKSet(new URL(jwksUrl), {
    [customFetch]: async (url) => {
      const answer = await http.request({ url, headers: { accept: 'application/json' } });
      return new Response(answer.text(), { status: answer.status });
    },
  });
}

async function readKeys(file: string): Promise<JSONWebKeySet> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as JSONWebKeySet;
  } catch (cause) {
    throw new ConfigError(`${file}: serve.auth.jwt.jwksFile is no JSON Web Key Set`, {
      cause,
      remedy: 'Write the public keys of the issuer there, as its jwks_uri gives them.',
    });
  }
}

function keysUnavailable(cause: unknown): SourceError {
  return new SourceError('unreachable', 'the keys of the token issuer could not be read', {
    cause,
    remedy: 'Check serve.auth.jwt.jwksUrl and the network policy between here and the issuer.',
  });
}
