import { formatSize } from '../../util/format-size.ts';

/** Binary units (1 GiB = 2^30 bytes), as everywhere else; unknown is a word. */
export function formatBytes(bytes: number | undefined): string {
  return formatSize(bytes, 'unknown');
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
