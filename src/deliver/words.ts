const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const;

/** Binary units, three significant digits. Unknown is a word, never 0. */
export function formatBytes(bytes: number | undefined): string {
  if (bytes === undefined) return 'unknown';
  let index = 0;
  while (index < units.length - 1 && bytes / 1024 ** index >= 999.5) index += 1;
  return `${Number((bytes / 1024 ** index).toPrecision(3))} ${units[index]}`;
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
