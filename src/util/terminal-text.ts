/**
 * Text from clusters and NASes made fit for a terminal: control characters, escape sequences and marks that turn the
 * direction of writing are shown as `\x1b` or `\u202e` and do nothing. Line breaks and tabs become spaces.
 */
export function terminalText(text: string): string {
  return text.replaceAll(/[\t\n\r]+/g, ' ').replaceAll(/[\p{Cc}\p{Bidi_Control}\u2028\u2029\ufeff]/gu, escaped);
}

function escaped(character: string): string {
  const code = character.charCodeAt(0);
  return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
