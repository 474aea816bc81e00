import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

/** When credentials that say so themselves end, as ISO 8601. Undefined: they do not say, or cannot be read. */

export function certificateExpiry(file: string): string | undefined {
  return attempt(() => toExpiry(readFileSync(file, 'utf8')));
}

/** The `exp` of a JSON web token: those of service accounts are such. */
export function tokenExpiry(file: string): string | undefined {
  return attempt(() => expiryOfToken(readFileSync(file, 'utf8').trim()));
}

const KubeConfig = z.object({
  'current-context': z.string().optional(),
  contexts: z.array(z.object({ name: z.string(), context: z.object({ user: z.string() }) })),
  users: z.array(
    z.object({
      name: z.string(),
      user: z.object({
        'client-certificate': z.string().optional(),
        'client-certificate-data': z.string().optional(),
        token: z.string().optional(),
        tokenFile: z.string().optional(),
      }),
    }),
  ),
});

/** Of the client certificate or token of one context. */
export function kubeconfigExpiry(file: string, context?: string): string | undefined {
  return attempt(() => {
    const config = KubeConfig.parse(parse(readFileSync(file, 'utf8')));
    const wanted = context ?? config['current-context'];
    const name = config.contexts.find((each) => each.name === wanted)?.context.user;
    const user = config.users.find((each) => each.name === name)?.user;
    if (user?.['client-certificate-data'] !== undefined)
      return toExpiry(Buffer.from(user['client-certificate-data'], 'base64').toString());
    if (user?.['client-certificate'] !== undefined) return certificateExpiry(user['client-certificate']);
    if (user?.token !== undefined) return expiryOfToken(user.token);
    return user?.tokenFile === undefined ? undefined : tokenExpiry(user.tokenFile);
  });
}

function toExpiry(pem: string): string {
  return new X509Certificate(pem).validToDate.toISOString();
}

function expiryOfToken(token: string): string | undefined {
  const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  const { exp } = z.object({ exp: z.number() }).parse(claims);
  return new Date(exp * 1000).toISOString();
}

function attempt(read: () => string | undefined): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
