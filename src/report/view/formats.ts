import type { Money } from '../../model/recommendation.ts';
import { formatNumber, formatSize } from '../../util/format-size.ts';
import type { ReportOptions } from '../options.ts';
import { formatDate, formatDateTime, formatLongDateTime } from './format-date.ts';

/** An amount for a table cell: the text and, when it is known, the exact number of bytes. */
export interface AmountView {
  readonly text: string;
  readonly bytes: number | undefined;
  readonly isKnown: boolean;
}

/** How this report writes numbers, amounts and days. Unknown is a word, never 0. */
export interface Formats {
  /** Binary units: 1 GiB = 2^30 bytes. */
  readonly bytes: (bytes: number | undefined) => string;
  readonly toAmount: (bytes: number | undefined) => AmountView;
  readonly number: (value: number) => string;
  /** With two decimals. */
  readonly fixed: (value: number) => string;
  /** `1 day`, `2 days`, `1,200 entries`. */
  readonly plural: (count: number, one: string, many?: string) => string;
  /** The currency is whatever config says, so no symbol is guessed: `12.30 EUR`. */
  readonly money: (money: Money) => string;
  readonly date: (iso: string | undefined) => string;
  readonly dateTime: (iso: string | undefined) => string;
  readonly longDateTime: (iso: string | undefined) => string;
}

type Days = Pick<Formats, 'date' | 'dateTime' | 'longDateTime'>;

export function buildFormats({ locale, timeZone }: Pick<ReportOptions, 'locale' | 'timeZone'>): Formats {
  const bytes = (value: number | undefined) => formatSize(value, 'unknown', locale);
  const number = (value: number) => formatNumber(value, locale);
  const { format: fixed } = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return {
    bytes,
    toAmount: (value) => ({ text: bytes(value), bytes: value, isKnown: value !== undefined }),
    number,
    fixed,
    plural: (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`,
    money: ({ perMonth, currency }) => `${fixed(perMonth)} ${currency}`,
    ...(locale === 'en' ? plainDays(timeZone) : localDays(locale, timeZone)),
  };
}

/** Days that nobody takes for others: `2026-11-23`. */
function plainDays(timeZone: string): Days {
  return {
    date: (iso) => formatDate(iso, timeZone),
    dateTime: (iso) => formatDateTime(iso, timeZone),
    longDateTime: (iso) => formatLongDateTime(iso, timeZone),
  };
}

function localDays(locale: string, timeZone: string): Days {
  const writer = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(locale, { timeZone, ...options });
    return (iso: string | undefined) =>
      iso === undefined || Number.isNaN(Date.parse(iso)) ? 'unknown' : format.format(new Date(iso));
  };
  return {
    date: writer({ dateStyle: 'medium' }),
    dateTime: writer({ dateStyle: 'medium', timeStyle: 'short' }),
    longDateTime: writer({ dateStyle: 'full', timeStyle: 'short' }),
  };
}
