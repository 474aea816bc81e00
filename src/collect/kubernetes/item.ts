import { SourceError } from '../../errors.ts';
import { bytesOfQuantity } from '../../util/quantity.ts';

export type Json = Readonly<Record<string, unknown>>;

/**
 * One object of a list while it is being projected. Identities and references are strict: a wrong type fails the whole
 * list, for dropping it could invent an orphan. Everything else is lenient: unreadable is undefined and counted.
 */
export interface Item {
  readonly kind: string;
  readonly json: Json;
  /** For messages: `PersistentVolumeClaim shop/media`. */
  readonly label: string;
  /** Counts a field that is there but could not be read. */
  note(field: string): void;
}

/** Text that identifies or refers to something. @throws SourceError when it is there and no text, or empty. */
export function reference(item: Item, ...path: readonly string[]): string | undefined {
  const value = valueAt(item.json, path);
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value === '' ? undefined : value;
  throw badField(item, path);
}

/** @throws SourceError when it is missing. */
export function identity(item: Item, ...path: readonly string[]): string {
  const value = reference(item, ...path);
  if (value === undefined) throw badField(item, path);
  return value;
}

export function text(item: Item, ...path: readonly string[]): string | undefined {
  return read(item, path, (value) => (typeof value === 'string' ? value : undefined));
}

export function flag(item: Item, ...path: readonly string[]): boolean | undefined {
  return read(item, path, (value) => (typeof value === 'boolean' ? value : undefined));
}

export function integer(item: Item, ...path: readonly string[]): number | undefined {
  return read(item, path, (value) => (Number.isSafeInteger(value) ? (value as number) : undefined));
}

export function bytes(item: Item, ...path: readonly string[]): number | undefined {
  return read(item, path, bytesOfQuantity);
}

/** An RFC 3339 time, as given. */
export function time(item: Item, ...path: readonly string[]): string | undefined {
  return read(item, path, (value) =>
    typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? value : undefined,
  );
}

export function texts(item: Item, ...path: readonly string[]): readonly string[] {
  return read(item, path, (value) => (isTextList(value) ? value : undefined)) ?? [];
}

/** A map of texts, as labels, annotations and attributes are. */
export function textMap(item: Item, ...path: readonly string[]): Readonly<Record<string, string>> {
  return read(item, path, (value) => (isTextMap(value) ? value : undefined)) ?? {};
}

/** The same for a map that says where something is. @throws SourceError when it is there and no map of texts. */
export function references(item: Item, ...path: readonly string[]): Readonly<Record<string, string>> {
  const value = valueAt(item.json, path);
  if (value === undefined || value === null) return {};
  if (isTextMap(value)) return value;
  throw badField(item, path);
}

/** The objects of a list. @throws SourceError when it is there and is no list of objects: what it names would be lost. */
export function objects(item: Item, ...path: readonly string[]): readonly Json[] {
  const value = valueAt(item.json, path);
  if (value === undefined || value === null) return [];
  if (Array.isArray(value) && value.every(isObject)) return value;
  throw badField(item, path);
}

/** The same item, seen from a part of it. */
export function part(item: Item, json: Json): Item {
  return { kind: item.kind, json, label: item.label, note: item.note };
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function valueAt(json: Json, path: readonly string[]): unknown {
  let value: unknown = json;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Json)[key];
  }
  return value;
}

export function badField(item: Item, path: readonly string[]): SourceError {
  return new SourceError('badAnswer', `${item.label} has no readable ${path.join('.')}`, {
    remedy: 'Look at the object with kubectl get -o yaml; nothing of this list was judged.',
  });
}

function read<T>(item: Item, path: readonly string[], convert: (value: unknown) => T | undefined): T | undefined {
  const value = valueAt(item.json, path);
  if (value === undefined || value === null) return undefined;
  const converted = convert(value);
  if (converted === undefined) item.note(path.join('.'));
  return converted;
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}

function isTextMap(value: unknown): value is Readonly<Record<string, string>> {
  return isObject(value) && Object.values(value).every((entry) => typeof entry === 'string');
}
