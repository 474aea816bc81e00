import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { redact, type Secret } from '../util/secret.ts';

/** A line of the audit log as it is written: its own hash covers everything before it, the hash of the line before too. */
export interface SealedLine {
  readonly text: string;
  readonly hash: string;
}

export interface ReadLine {
  readonly seq: number;
  readonly at: string;
  readonly kind: string;
  readonly previous: string;
  readonly hash: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What stands before the first line of the first run. */
export const noHash = '0'.repeat(64);

/** With a key the chain cannot be forged by whoever can write the files, only cut; without one it shows accidents and edits. */
export function sealLine(fields: Readonly<Record<string, unknown>>, key?: Secret): SealedLine {
  const body = redact(JSON.stringify(fields));
  const hash = digest(body, key);
  return { text: `${body.slice(0, -1)},"hash":"${hash}"}\n`, hash };
}

/** The line when it is whole and its hash is right; otherwise why not. */
export function openLine(text: string, key?: Secret): ReadLine | string {
  const match = /^(\{.*),"hash":"([0-9a-f]{64})"\}$/.exec(text);
  if (match === null) return 'is not a whole line of the audit log';
  const [, start = '', hash = ''] = match;
  const body = `${start}}`;
  if (!timingSafeEqual(Buffer.from(digest(body, key)), Buffer.from(hash)))
    return 'was changed: its hash does not match';
  const { seq, at, kind, previous, ...fields } = JSON.parse(body) as Record<string, unknown>;
  if (typeof seq !== 'number' || typeof at !== 'string' || typeof kind !== 'string' || typeof previous !== 'string')
    return 'lacks seq, at, kind or previous';
  return { seq, at, kind, previous, hash, fields };
}

function digest(body: string, key: Secret | undefined): string {
  const hash = key === undefined ? createHash('sha256') : createHmac('sha256', key.reveal());
  return hash.update(body).digest('hex');
}
