const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const;

/** Binary units (1 GiB = 2^30 bytes), three significant digits, whole amounts without decimals. Unknown is a word. */
export function formatBytes(bytes: number | undefined): string {
  if (bytes === undefined) return 'unknown';
  let index = 0;
  while (index < units.length - 1 && roundTo3(bytes / 1024 ** index) >= 1024) index += 1;
  return `${formatNumber(roundTo3(bytes / 1024 ** index))} ${units[index]}`;
}

/** An amount for a table cell: the text and, when it is known, the exact number of bytes. */
export interface AmountView {
  readonly text: string;
  readonly bytes: number | undefined;
  readonly isKnown: boolean;
}

export function toAmount(bytes: number | undefined): AmountView {
  return { text: formatBytes(bytes), bytes, isKnown: bytes !== undefined };
}

/** Three significant digits, except that whole numbers up to 1023 keep all of theirs. */
function roundTo3(value: number): number {
  if (value >= 100) return Math.round(value);
  if (value >= 10) return Math.round(value * 10) / 10;
  return Math.round(value * 100) / 100;
}

/** 1234567 → `1,234,567`. */
export function formatNumber(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 2 });
}
