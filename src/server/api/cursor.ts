import { createHash } from 'node:crypto';
import { HttpProblem } from '../problem.ts';

/** Opaque to callers: how far they are, in which result, and a digest of what was asked. */
export function writeCursor(start: number, scanId: string, asked: string): string {
  return Buffer.from(JSON.stringify([start, scanId, digest(asked)])).toString('base64url');
}

/** @throws HttpProblem 400 when it belongs to another question, 410 when the result it belongs to was replaced. */
export function readCursor(cursor: string, scanId: string, asked: string): number {
  const [start, scan, question] = parse(cursor);
  if (typeof start !== 'number' || !Number.isSafeInteger(start) || start < 0 || question !== digest(asked))
    throw new HttpProblem(400, 'the cursor is not one of this list', 'Start again without a cursor.');
  if (scan !== scanId)
    throw new HttpProblem(410, 'a newer scan has replaced the result of this cursor', 'Start again without a cursor.');
  return start;
}

function parse(cursor: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}
