import type { InheritedValue, Source } from './filesystem.ts';

/** One ZFS property as `pool.dataset.query` and the snapshot queries send it. */
export interface Property {
  readonly value: string | null;
  readonly rawvalue: string;
  readonly parsed: unknown;
  readonly source: Source;
  readonly source_info?: string | null;
}

/** How a release writes texts meant for people. */
export interface Dialect {
  /** 25.10 and later: `1.02 TiB`, `0 bytes`, everything else in capitals. Before: `1.02T`, `0B`. */
  readonly isModern: boolean;
  readonly hasSourceInfo: boolean;
}

export function bytesProperty(bytes: number, dialect: Dialect, source: Source = 'NONE'): Property {
  return done({ value: sizeText(bytes, dialect), rawvalue: String(bytes), parsed: bytes, source }, dialect);
}

/** A quota or reservation: raw 0 and null when none is set. */
export function limitProperty(bytes: number | undefined, dialect: Dialect): Property {
  if (bytes === undefined || bytes === 0) {
    return done({ value: null, rawvalue: '0', parsed: null, source: 'DEFAULT' }, dialect);
  }
  return bytesProperty(bytes, dialect, 'LOCAL');
}

/** A block size: every release writes it as ZFS does, `128K`. */
export function blockProperty(bytes: number, dialect: Dialect, source: Source, from: string | null = null): Property {
  return done({ value: zfsSize(bytes), rawvalue: String(bytes), parsed: bytes, source }, dialect, from);
}

/** A word such as `lz4`; `value` is in capitals since ever, `on`/`off` may parse to a boolean. */
export function wordProperty(
  word: string,
  dialect: Dialect,
  { source = 'DEFAULT', from = null, isSwitch = false }: Partial<InheritedValue> & { readonly isSwitch?: boolean } = {},
): Property {
  return done(
    { value: word.toUpperCase(), rawvalue: word, parsed: isSwitch ? word === 'on' : word, source },
    dialect,
    from,
  );
}

/** A text that is kept as it is, with an own value for people. */
export function textProperty(
  text: string,
  dialect: Dialect,
  value: string | null = text,
  source: Source = 'NONE',
): Property {
  return done({ value, rawvalue: text, parsed: text, source }, dialect);
}

export function creationProperty(at: string, dialect: Dialect): Property {
  const seconds = secondsOf(at);
  return done(
    {
      value: dateText(seconds, dialect),
      rawvalue: String(seconds),
      parsed: { $date: seconds * 1000 },
      source: 'NONE',
    },
    dialect,
  );
}

export function secondsOf(at: string): number {
  return Math.floor(Date.parse(at) / 1000);
}

function done(property: Property, dialect: Dialect, from: string | null = null): Property {
  return dialect.hasSourceInfo ? { ...property, source_info: property.source === 'INHERITED' ? from : null } : property;
}

export function sizeText(bytes: number, dialect: Dialect): string {
  return dialect.isModern ? modernSize(bytes) : zfsSize(bytes);
}

/** `0B`, `12K`, `4.26G`: three digits, as zfs(8) prints. */
export function zfsSize(bytes: number): string {
  if (bytes < 1024) return `${bytes}B`;
  const power = Math.min(6, Math.floor(Math.log2(bytes) / 10));
  const number = bytes / 1024 ** power;
  const text = Number.isInteger(number) ? String(number) : number.toFixed(number < 10 ? 2 : number < 100 ? 1 : 0);
  return `${text}${'BKMGTPE'[power]}`;
}

function modernSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  const power = Math.min(6, Math.floor(Math.log2(bytes) / 10));
  const number = bytes / 1024 ** power;
  return `${Number.isInteger(number) ? number : number.toFixed(2)} ${'BKMGTPE'[power]}iB`;
}

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function dateText(seconds: number, dialect: Dialect): string {
  const date = new Date(seconds * 1000);
  const day = String(date.getUTCDate()).padStart(2, dialect.isModern ? '0' : ' ');
  const time = `${String(date.getUTCHours()).padStart(2)}:${String(date.getUTCMinutes()).padStart(2, '0')}`;
  return `${days[date.getUTCDay()]} ${months[date.getUTCMonth()]} ${day} ${time} ${date.getUTCFullYear()}`;
}
