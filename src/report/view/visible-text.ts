/**
 * Names come from systems that anybody may write to. Control characters, direction overrides and invisible characters
 * could make one name look like another; they are shown as their code point instead.
 */
export function visibleText(text: string): string {
  return text.replace(
    hidden,
    (char) => `[U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`,
  );
}

/**
 * Every C0/C1 control but tab and newline, zero-width and bidirectional controls, lone surrogates, and the byte order
 * mark. ZERO WIDTH JOINER (U+200D) stays: emoji need it.
 */
const hidden =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\u{e0001}]|[\ud800-\udfff]/gu;

/** The same shape with every string made visible. Linear, and does not touch its input; what needs nothing is shared. */
export function withVisibleText<T>(value: T): T {
  return clean(value) as T;
}

function clean(value: unknown): unknown {
  if (typeof value === 'string') return plain.test(value) ? value : visibleText(value);
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) ? cleanList(value) : cleanFields(value as Readonly<Record<string, unknown>>);
}

/** What nearly every text is: for thousands of volumes, asking this first takes a third of the time. */
const plain = /^[ -~\n\t]*$/;

function cleanList(list: readonly unknown[]): readonly unknown[] {
  const cleaned = list.map(clean);
  return cleaned.every((item, index) => item === list[index]) ? list : cleaned;
}

function cleanFields(fields: Readonly<Record<string, unknown>>): object {
  const keys = Object.keys(fields);
  const values = keys.map((key) => clean(fields[key]));
  const isSame = keys.every((key, at) => (plain.test(key) || visibleText(key) === key) && values[at] === fields[key]);
  return isSame ? fields : Object.fromEntries(keys.map((key, at) => [visibleText(key), values[at]]));
}
