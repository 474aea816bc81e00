import { formatSize } from '../util/format-size.ts';

/** As in the report; unknown is a word. */
export function formatBytes(bytes: number | undefined): string {
  return formatSize(bytes, 'unknown');
}

export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** The day of an instant in a zone, `2026-11-23`. */
export function formatDay(at: string, timeZone: string): string {
  return formatMinute(at, timeZone).slice(0, 10);
}

/** `2026-11-23 06:00` in a zone. */
export function formatMinute(at: string, timeZone: string): string {
  const options = { timeZone, dateStyle: 'short', timeStyle: 'short' } as const;
  return new Intl.DateTimeFormat('sv-SE', options).format(new Date(at));
}

/** Names come from elsewhere: nothing invisible, no line breaks, nothing that turns the direction of the text. */
export function toVisible(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd');
}
