import { createHash } from 'node:crypto';

/** A short id that is the same for the same parts for ever: history, metrics and ignore rules carry it. */
export function stableId(parts: readonly (string | undefined)[]): string {
  const text = parts.map((part) => part ?? '').join('\u0000');
  return createHash('sha256').update(text).digest('hex').slice(0, 20);
}
