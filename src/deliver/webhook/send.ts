import { createHmac } from 'node:crypto';
import type { Config } from '../../config/schema.ts';
import { readSecretFile } from '../../config/secret-file.ts';
import { toTlsOptions } from '../../config/to-targets.ts';
import { AppError, ConfigError, SourceError } from '../../errors.ts';
import { durationMs } from '../../util/duration.ts';
import { createHttpClient, type HttpAnswer, type HttpClient } from '../../util/http.ts';
import { HttpStatusError } from '../../util/http-error.ts';
import type { Secret } from '../../util/secret.ts';
import type { Outcome } from '../outcome.ts';
import type { WebhookMessage } from './message.ts';
import { type SlackFile, uploadSlackFile } from './slack-file.ts';

export type WebhookConfig = Config['webhooks'][number];

/** Posts what was built before. @throws ConfigError when a file of the route cannot be read. */
export async function sendWebhook(
  { body, file }: WebhookMessage,
  route: WebhookConfig,
  { now, signal }: { readonly now: Date; readonly signal: AbortSignal },
): Promise<Outcome> {
  const url = await urlOf(route);
  const token = await readOptional(route.tokenFile, route, 'tokenFile');
  const hmacKey = await readOptional(route.hmacKeyFile, route, 'hmacKeyFile');
  const sent = route.kind === 'pagerduty' ? withRoutingKey(body, token) : body;
  const authorization = token === undefined || route.kind === 'pagerduty' ? undefined : `Bearer ${token.reveal()}`;
  return withClient(route, async (client) => {
    const answer = await client.request({
      url,
      method: 'POST',
      body: sent,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        ...(authorization !== undefined && { authorization }),
        ...(hmacKey !== undefined && signatureHeaders(sent, hmacKey, now)),
      },
      signal,
      label: `webhook ${route.name}`,
    });
    const outcome = toOutcome(route, answer);
    if (outcome.state !== 'sent' || file === undefined || authorization === undefined) return outcome;
    return sendFile(client, { file, postUrl: url, posted: answer.json(), authorization, signal });
  });
}

/** The message stands there already and is not to be posted again: a file that fails is told, and given up. */
async function sendFile(client: HttpClient, upload: SlackFile): Promise<Outcome> {
  try {
    await uploadSlackFile(client, upload);
    return { state: 'sent' };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { state: 'refused', because: `the message was posted, its file was not: ${error.message}` };
  }
}

/** Healthchecks-style: the URL itself when all is well, `/fail` below it otherwise. Repeating it does no harm. */
export async function sendPing(isWell: boolean, route: WebhookConfig, signal: AbortSignal): Promise<Outcome> {
  const url = (await urlOf(route)).replace(/\/+$/, '');
  const call = { url: isWell ? url : `${url}/fail`, method: 'POST', idempotent: true, signal } as const;
  return withClient(route, async (client) =>
    toOutcome(route, await client.request({ ...call, label: `webhook ${route.name}` })),
  );
}

/** The time is signed too, so that a recorded call cannot be played again later. */
export function signatureHeaders(body: string, key: Secret, now: Date): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const signature = createHmac('sha256', key.reveal()).update(`${timestamp}.${body}`).digest('hex');
  return { 'x-strandline-timestamp': timestamp, 'x-strandline-signature': `sha256=${signature}` };
}

async function withClient(route: WebhookConfig, work: (client: HttpClient) => Promise<Outcome>): Promise<Outcome> {
  const client = await createHttpClient({
    system: `webhook/${route.name}`,
    tls: toTlsOptions(route.tls, `webhooks.${route.name}.tls`),
    timeoutMs: durationMs(route.timeout),
    maxBodyBytes: 256 * 1024,
    retry: { retries: 2, baseMs: 300, maxMs: 3000 },
  });
  try {
    return await work(client);
  } catch (error) {
    return failureOf(error);
  } finally {
    client.close();
  }
}

/** Slack answers 200 also when it refuses a call with a bot token. */
function toOutcome(route: WebhookConfig, answer: HttpAnswer): Outcome {
  if (route.kind === 'slack' && answer.text().startsWith('{')) {
    const { ok, error } = answer.json() as { ok?: unknown; error?: unknown };
    if (ok === false) return { state: 'failed', because: `Slack refused it (${String(error).slice(0, 60)})` };
  }
  return { state: 'sent' };
}

/** A connection that never came to be, or an answer that says no, is a failure; a missing answer may hide a success. */
function failureOf(error: unknown): Outcome {
  if (!(error instanceof SourceError)) throw error;
  const because = error.message;
  if (error instanceof HttpStatusError) {
    const mayHeal = error.status >= 500 || [401, 403, 404, 407, 408, 429].includes(error.status);
    return { state: mayHeal ? 'failed' : 'refused', because };
  }
  const neverArrived = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
  const { code } = (error.cause ?? {}) as { code?: unknown };
  const isSure = error.kind === 'tls' || (typeof code === 'string' && neverArrived.has(code));
  return { state: isSure ? 'failed' : 'unknown', because };
}

const defaultUrls: Readonly<Record<string, string>> = {
  pagerduty: 'https://events.pagerduty.com/v2/enqueue',
  slack: 'https://slack.com/api/chat.postMessage',
};

async function urlOf(route: WebhookConfig): Promise<string> {
  if (route.url !== undefined) return route.url;
  const secret = await readOptional(route.urlFile, route, 'urlFile');
  const url = secret?.reveal() ?? defaultUrls[route.kind];
  if (url === undefined || !URL.canParse(url)) {
    throw new ConfigError(`webhooks.${route.name}: there is no URL to call`, {
      remedy: `Set url or urlFile of the webhook ${route.name}.`,
    });
  }
  return url;
}

async function readOptional(file: string | undefined, { name }: WebhookConfig, key: string) {
  return file === undefined ? undefined : readSecretFile(file, `webhooks.${name}.${key}`);
}

function withRoutingKey(body: string, key: Secret | undefined): string {
  return JSON.stringify({ ...(JSON.parse(body) as object), routing_key: key?.reveal() ?? '' });
}
