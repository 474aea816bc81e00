import { z } from 'zod';
import { DeliveryError } from '../../errors.ts';
import type { HttpAnswer, HttpClient } from '../../util/http.ts';
import type { WebhookMessage } from './message.ts';

const Posted = z.object({ ok: z.literal(true), channel: z.string(), ts: z.string() });
const Place = z.object({ ok: z.literal(true), upload_url: z.url(), file_id: z.string() });
const Done = z.object({ ok: z.literal(true) });

export interface SlackFile {
  readonly file: NonNullable<WebhookMessage['file']>;
  /** Address of chat.postMessage; the other methods stand beside it. */
  readonly postUrl: string;
  /** What chat.postMessage answered: the file goes below that message. */
  readonly posted: unknown;
  readonly authorization: string;
  readonly signal: AbortSignal;
}

/**
 * The three calls that came after files.upload: ask for a place, put the bytes there, say where it is to be shown.
 * @throws SourceError, DeliveryError
 */
export async function uploadSlackFile(client: HttpClient, upload: SlackFile): Promise<void> {
  const { file, postUrl, authorization, signal } = upload;
  const { channel, ts } = parse(Posted, upload.posted, 'chat.postMessage');
  const call = (method: string, contentType: string, body: string): Promise<HttpAnswer> =>
    client.request({
      url: new URL(method, postUrl),
      method: 'POST',
      headers: { authorization, 'content-type': contentType },
      body,
      signal,
      label: `Slack ${method}`,
    });
  const wish = new URLSearchParams({ filename: file.name, length: String(file.content.length) });
  const place = parse(
    Place,
    (await call('files.getUploadURLExternal', 'application/x-www-form-urlencoded', wish.toString())).json(),
    'files.getUploadURLExternal',
  );
  await client.request({
    url: place.upload_url,
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: file.content,
    signal,
    label: 'Slack upload',
  });
  const share = { files: [{ id: place.file_id, title: file.name }], channel_id: channel, thread_ts: ts };
  const shared = await call('files.completeUploadExternal', 'application/json; charset=utf-8', JSON.stringify(share));
  parse(Done, shared.json(), 'files.completeUploadExternal');
}

function parse<T>(schema: z.ZodType<T>, answer: unknown, method: string): T {
  const { data } = schema.safeParse(answer);
  if (data !== undefined) return data;
  const { error } = (answer ?? {}) as { readonly error?: unknown };
  const code = typeof error === 'string' && /^[a-z_]{1,60}$/.test(error) ? error : 'an answer that makes no sense';
  throw new DeliveryError(`Slack refused ${method} (${code})`, {
    remedy: 'Give the bot the scopes chat:write and files:write, and invite it to the channel.',
  });
}
