import type { UserProperty } from '../../model/truenas.ts';
import type { Lenient } from './rows.ts';
import { dateOf, isRecord, toIso } from './wire.ts';

/**
 * One ZFS property: `{rawvalue, parsed}` up to 26's pool.*, `{raw, value}` in zfs.resource.*. `value` of the first form
 * is for people ("56 KiB", upper case) and never read.
 */
interface Property {
  readonly raw: string | undefined;
  readonly parsed: unknown;
}

/** undefined = the release does not send it. */
export function propertyOf(value: unknown): Property | undefined {
  if (!isRecord(value)) return undefined;
  if ('raw' in value) return { raw: textOf(value['raw']), parsed: value['value'] };
  return { raw: textOf(value['rawvalue']), parsed: value['parsed'] };
}

export function bytesOf(value: unknown, field: string, lenient: Lenient): number | undefined {
  const property = propertyOf(value);
  if (property === undefined) return value === undefined || value === null ? undefined : lenient.miss(field);
  const number = property.raw !== undefined && /^\d+$/.test(property.raw) ? Number(property.raw) : property.parsed;
  if (number === null || number === undefined) return undefined;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : lenient.miss(field);
}

/** Quotas and reservations: null = none set. */
export function limitOf(value: unknown, field: string, lenient: Lenient): number | null | undefined {
  const property = propertyOf(value);
  if (property !== undefined && isNone(property)) return null;
  return bytesOf(value, field, lenient);
}

function isNone({ raw, parsed }: Property): boolean {
  return raw === '0' || raw === 'none' || (raw === undefined && (parsed === null || parsed === 0));
}

/** Native spelling (`lz4`, `off`), undefined when empty. */
export function wordOf(value: unknown): string | undefined {
  const property = propertyOf(value);
  const word = property?.raw ?? textOf(property?.parsed);
  return word === undefined || word === '' ? undefined : word;
}

export function switchOf(value: unknown, field: string, lenient: Lenient): boolean | undefined {
  const word = wordOf(value);
  if (word === undefined) return undefined;
  if (word === 'on' || word === 'off') return word === 'on';
  return lenient.miss(field);
}

/** `creation`: seconds in rawvalue; `{"$date": ms}` or, on 26, integer seconds in parsed. */
export function createdAtOf(value: unknown, lenient: Lenient): string | undefined {
  const property = propertyOf(value);
  if (property === undefined) return undefined;
  const date = dateOf(property.parsed);
  if (date !== undefined) return date;
  const seconds = Number(property.raw ?? property.parsed);
  return (
    (Number.isSafeInteger(seconds) && seconds > 0 ? toIso(seconds * 1000) : undefined) ?? lenient.miss('createdAt')
  );
}

export function ratioOf(value: unknown, field: string, lenient: Lenient): number | undefined {
  const word = wordOf(value);
  if (word === undefined) return undefined;
  const ratio = Number(word.replace(/x$/, ''));
  return Number.isFinite(ratio) ? ratio : lenient.miss(field);
}

/** What a stage may read; everything else of a dataset's user properties stays where it is. */
export function isReadUserProperty(name: string): boolean {
  return name.startsWith('democratic-csi:') || name.startsWith('strandline:') || name === 'org.freenas:description';
}

/** `hasSources` false: the release says LOCAL for everything (25.10 and later) or says nothing. "-" and "" mean unset. */
export function userPropertiesOf(value: unknown, hasSources: boolean): Readonly<Record<string, UserProperty>> {
  const found: Record<string, UserProperty> = {};
  if (!isRecord(value)) return found;
  for (const name of Object.keys(value)) {
    if (!isReadUserProperty(name)) continue;
    const given = value[name];
    const text = typeof given === 'string' ? given : wordOf(given);
    if (text === undefined || text === '' || text === '-') continue;
    found[name] = { value: text, source: hasSources && isRecord(given) ? sourceOf(given['source']) : 'UNKNOWN' };
  }
  return found;
}

function sourceOf(source: unknown): UserProperty['source'] {
  return source === 'LOCAL' || source === 'INHERITED' || source === 'RECEIVED' ? source : 'UNKNOWN';
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : undefined;
}
