import { z } from 'zod';
import { readSecretFile } from '../../config/secret-file.ts';
import { DeliveryError } from '../../errors.ts';
import { createHttpClient } from '../../util/http.ts';
import { Secret } from '../../util/secret.ts';
import type { EmailConfig } from './target.ts';

const Answer = z.looseObject({ access_token: z.string().min(1) });

/** By refresh token, or by client credentials (RFC 6749 sections 6 and 4.4). @throws SourceError, DeliveryError */
export async function readAccessToken(oauth2: NonNullable<EmailConfig['oauth2']>, timeoutMs: number): Promise<Secret> {
  const client = await createHttpClient({ system: 'email/oauth2', timeoutMs, maxBodyBytes: 256 * 1024 });
  try {
    const answer = await client.request({
      url: oauth2.tokenUrl,
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: (await toForm(oauth2)).toString(),
      idempotent: true,
    });
    const { data } = Answer.safeParse(answer.json());
    if (data === undefined) {
      throw new DeliveryError('the token endpoint of email.oauth2 gave no access token', {
        remedy: 'Check client id, secret and scope of email.oauth2.',
      });
    }
    return new Secret(data.access_token);
  } finally {
    client.close();
  }
}

async function toForm(oauth2: NonNullable<EmailConfig['oauth2']>): Promise<URLSearchParams> {
  const { clientId, clientSecretFile, refreshTokenFile, scope } = oauth2;
  const form = new URLSearchParams({ client_id: clientId });
  if (refreshTokenFile === undefined) form.set('grant_type', 'client_credentials');
  else {
    form.set('grant_type', 'refresh_token');
    form.set('refresh_token', (await readSecretFile(refreshTokenFile, 'email.oauth2.refreshTokenFile')).reveal());
  }
  if (clientSecretFile !== undefined) {
    form.set('client_secret', (await readSecretFile(clientSecretFile, 'email.oauth2.clientSecretFile')).reveal());
  }
  if (scope !== undefined) form.set('scope', scope);
  return form;
}
