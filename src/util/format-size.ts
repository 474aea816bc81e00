const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const;

/** `1.5 TiB`: binary units, three significant digits, whole amounts without decimals. Unknown is a word, never 0. */
export function formatSize(bytes: number | undefined, unknown = '–', locale = 'en'): string {
  if (bytes === undefined) return unknown;
  let index = 0;
  while (index < units.length - 1 && threeDigits(bytes / 1024 ** index) >= 1024) index += 1;
  return `${formatNumber(threeDigits(bytes / 1024 ** index), locale)} ${units[index]}`;
}

/** 1234567 → `1,234,567`. */
export function formatNumber(value: number, locale = 'en'): string {
  let writer = writers.get(locale);
  if (writer === undefined) {
    writer = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
    writers.set(locale, writer);
  }
  return writer.format(value);
}

/** By locale: making one takes ten times as long as using it, and a report writes tens of thousands of numbers. */
const writers = new Map<string, Intl.NumberFormat>();

/** `3d`, `5h`, `12m`; a dash for unknown. */
export function formatAge(ms: number | undefined): string {
  if (ms === undefined || Number.isNaN(ms)) return '–';
  if (ms >= 2 * 86_400_000) return `${Math.floor(ms / 86_400_000)}d`;
  if (ms >= 2 * 3_600_000) return `${Math.floor(ms / 3_600_000)}h`;
  return `${Math.max(0, Math.floor(ms / 60_000))}m`;
}

/** Whole numbers up to 1023 keep all of their digits. */
function threeDigits(value: number): number {
  if (value >= 100) return Math.round(value);
  return value >= 10 ? Math.round(value * 10) / 10 : Math.round(value * 100) / 100;
}
