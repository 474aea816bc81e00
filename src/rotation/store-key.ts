import { SourceError } from '../errors.ts';
import { HttpStatusError } from '../util/http-error.ts';
import type { CreatedKey, KeyStore, StoredKey } from './ports.ts';

/** Whether the store holds the new key could not be found out. */
export class UndecidedWriteError extends SourceError {
  constructor({ place }: KeyStore, cause?: unknown) {
    super('timeout', `${place}: it is not known whether the new key was written`, {
      cause,
      remedy: 'Run it again: the key in the store works either way, and what is left over is deleted later.',
    });
  }
}

/**
 * Writes the key over the one that was read, and over no other. An answer that did not come is looked up.
 * @throws UndecidedWriteError, or another SourceError when it certainly was not written.
 */
export async function storeKey(store: KeyStore, made: CreatedKey, before: StoredKey): Promise<void> {
  const first = await tryWrite(store, made, before.version);
  if (first === 'written') return;
  const now = await store.read().catch((error: unknown) => Promise.reject(new UndecidedWriteError(store, error)));
  if (now.key.reveal() === made.key.reveal()) return;
  if (first === 'unknown') throw new UndecidedWriteError(store); // it may still be on its way
  const isOurs = now.key.reveal() === before.key.reveal(); // another field was changed
  const second = isOurs ? await tryWrite(store, made, now.version) : 'conflict';
  if (second === 'written') return;
  if (second === 'unknown') throw new UndecidedWriteError(store);
  throw new SourceError('server', `${store.place} was changed by somebody else meanwhile`, {
    remedy: 'Run it again when nobody else rotates this key.',
  });
}

type Written = 'written' | 'conflict' | 'unknown';

async function tryWrite(store: KeyStore, { key }: CreatedKey, version: string): Promise<Written> {
  try {
    return await store.write(key, version);
  } catch (error) {
    if (!(error instanceof SourceError) || isRefusal(error)) throw error;
    return 'unknown';
  }
}

/** Answers that say for certain that nothing was written. */
function isRefusal(error: SourceError): boolean {
  if (error instanceof HttpStatusError) return error.status < 500;
  return ['forbidden', 'unauthenticated', 'notFound', 'rateLimited', 'tls', 'notAsked'].includes(error.kind);
}
