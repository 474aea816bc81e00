import { createHash } from 'node:crypto';
import type { Config } from '../../config/schema.ts';
import type { ClusterReviews } from '../../run/service-ports.ts';
import { durationMs } from '../../util/duration.ts';
import { TimedCache } from '../timed-cache.ts';
import type { Caller } from './caller.ts';
import { createJwtVerifier } from './jwt.ts';

export interface Authenticator {
  /** undefined: not good. `fresh` asks again, whatever is remembered. @throws SourceError when nobody can tell. */
  authenticate(token: string, options?: { readonly fresh?: boolean }): Promise<Caller | undefined>;
}

const remembered = 10_000;

/** Tokens of the configured issuer are judged here, all others by the API server; each judge's word is final. */
export async function createAuthenticator(
  { kubernetes, jwt }: Config['serve']['auth'],
  reviews: ClusterReviews | undefined,
  nowMs: () => number = Date.now,
): Promise<Authenticator> {
  const verifier = jwt === undefined ? undefined : await createJwtVerifier(jwt);
  const judges = new TimedCache<Caller | undefined>(remembered);
  const ttlMs = durationMs(kubernetes.cacheFor);
  const ask = async (token: string): Promise<Caller | undefined> => {
    if (verifier?.claims(token) === true) return verifier.verify(token);
    if (!kubernetes.enabled || reviews === undefined) return undefined;
    const user = await reviews.reviewToken(token, kubernetes.audiences);
    return user && { ...user, via: 'kubernetes', ...expiryOf(token) };
  };
  return {
    async authenticate(token, { fresh = false } = {}) {
      // The digest is the key: tokens are not kept, and looking one up tells nothing about those that are known.
      const key = createHash('sha256').update(token).digest('base64');
      const caller = await judges.get(key, fresh ? 0 : ttlMs, () => ask(token));
      return caller?.expiresAtMs !== undefined && caller.expiresAtMs + graceMs < nowMs() ? undefined : caller;
    },
  };
}

/** The clocks of issuer and service may differ by this much, as in the verifier. */
const graceMs = 30_000;

/** Read only after the API server has said that the token is good. */
function expiryOf(token: string): Pick<Caller, 'expiresAtMs'> {
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    const exp = (payload as { readonly exp?: unknown } | null)?.exp;
    return typeof exp === 'number' ? { expiresAtMs: exp * 1000 } : {};
  } catch {
    return {};
  }
}
