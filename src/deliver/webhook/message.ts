import { z } from 'zod';

/** What the outbox keeps of a call: its body and, for chat that takes files, the file that follows it. */
export interface WebhookMessage {
  readonly body: string;
  readonly file?: { readonly name: string; readonly content: Buffer } | undefined;
}

const Packed = z.object({
  body: z.string(),
  file: z.object({ name: z.string(), base64: z.string() }).optional(),
});

export function packMessage({ body, file }: WebhookMessage): Uint8Array {
  const packed = file && { name: file.name, base64: file.content.toString('base64') };
  return new TextEncoder().encode(JSON.stringify({ body, file: packed }));
}

export function unpackMessage(bytes: Uint8Array): WebhookMessage {
  const { body, file } = Packed.parse(JSON.parse(new TextDecoder().decode(bytes)));
  return { body, file: file && { name: file.name, content: Buffer.from(file.base64, 'base64') } };
}
