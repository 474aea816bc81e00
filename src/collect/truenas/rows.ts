import { z } from 'zod';
import { SourceError } from '../../errors.ts';
import { defined } from '../../util/defined.ts';
import type { ReadRows, RowReader } from './client.ts';

/** A field that is not identity: may be missing or of any shape, and is read by `Lenient`. */
export const Unread = z.unknown().optional();

/** Parses every row or none: a row whose identity cannot be read fails the list, for leaving it out could invent an orphan. */
export function parseRows<S extends z.ZodType>(method: string, schema: S, answer: unknown): z.output<S>[] {
  const parse = rowParser(method, schema);
  return rowsOf(method, answer).map((row, index) => parse(row, index));
}

/** The same, for lists that come row by row. */
export function rowParser<S extends z.ZodType>(
  method: string,
  schema: S,
): (row: unknown, index: number) => z.output<S> {
  return (row, index) => parseRow(() => `row ${index + 1} of ${method}`, schema, row);
}

export function rowsOf(method: string, answer: unknown): readonly unknown[] {
  if (Array.isArray(answer)) return answer;
  throw new SourceError('badAnswer', `${method} was not answered with a list`, { remedy });
}

export function readRows<T>(method: string, answer: unknown, reader: RowReader<T>): ReadRows<T> {
  const items = rowsOf(method, answer).map((row, index) => reader.read(row, index));
  return { items, unreadable: reader.unreadable ?? {} };
}

export function parseRow<S extends z.ZodType>(what: string | (() => string), schema: S, answer: unknown): z.output<S> {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  const fields = [...new Set(parsed.error.issues.map((issue) => issue.path.join('.') || 'the row'))].join(', ');
  throw new SourceError('badAnswer', `${typeof what === 'string' ? what : what()} cannot be read: ${fields}`, {
    remedy,
  });
}

const remedy = 'Report this as a bug with the release of the NAS; nothing is concluded from this list meanwhile.';

/**
 * Reads what is not identity: absent stays unknown without a word, present but unreadable becomes unknown and is counted.
 */
export class Lenient {
  readonly #unreadable = new Map<string, number>();

  get unreadable(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#unreadable);
  }

  miss(field: string): undefined {
    this.#unreadable.set(field, (this.#unreadable.get(field) ?? 0) + 1);
    return undefined;
  }

  text(value: unknown, field: string): string | undefined {
    if (value === undefined || value === null) return undefined;
    return typeof value === 'string' ? value : this.miss(field);
  }

  /** Integers, also as text (`filesize`, `fragmentation`, zvol properties). */
  integer(value: unknown, field: string): number | undefined {
    if (value === undefined || value === null || value === '') return undefined;
    const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
    return typeof number === 'number' && Number.isSafeInteger(number) ? number : this.miss(field);
  }

  bytes(value: unknown, field: string): number | undefined {
    const number = this.integer(value, field);
    return number === undefined || number >= 0 ? number : this.miss(field);
  }

  boolean(value: unknown, field: string): boolean | undefined {
    if (value === undefined || value === null) return undefined;
    return typeof value === 'boolean' ? value : this.miss(field);
  }

  texts(value: unknown, field: string): readonly string[] {
    if (value === undefined || value === null) return [];
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    this.miss(field);
    return [];
  }
}

/** Drops keys without a value, so that "unknown" is always an absent key. */
export function known<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return defined(fields) as never;
}
