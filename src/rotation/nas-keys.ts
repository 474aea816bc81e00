import { z } from 'zod';
import { SourceError } from '../errors.ts';
import { Secret } from '../util/secret.ts';
import type { CreatedKey, NewKey } from './ports.ts';

/** One call to the NAS that changes something; whoever gives it must not repeat it. */
export type ChangeCall = (method: string, params: readonly unknown[]) => Promise<unknown>;

const Created = z.object({ id: z.number().int(), key: z.string().min(1) });

/** Needs the role API_KEY_WRITE, or READONLY_ADMIN for keys of the same account. @throws SourceError */
export async function createNasKey(call: ChangeCall, { name, username, expiresAt }: NewKey): Promise<CreatedKey> {
  const expiry = { expires_at: expiresAt === undefined ? null : { $date: Date.parse(expiresAt) } };
  const answer = Created.safeParse(await call('api_key.create', [{ name, username, ...expiry }]));
  if (answer.success) return { id: answer.data.id, key: new Secret(answer.data.key) };
  throw new SourceError('badAnswer', 'the answer to api_key.create cannot be read', {
    remedy: `Delete the key "${name}" on the NAS, and report this with its release.`,
  });
}

export async function deleteNasKey(call: ChangeCall, id: number): Promise<void> {
  try {
    await call('api_key.delete', [id]);
  } catch (error) {
    if (!(error instanceof SourceError) || error.kind !== 'notFound') throw error;
  }
}
