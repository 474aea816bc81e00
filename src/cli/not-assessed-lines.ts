import { terminalText } from '../util/terminal-text.ts';

const shown = 10;

/** One line each for a terminal; the many of a big estate are counted, and said to stand in the report and the data. */
export function notAssessedLines(
  items: readonly { readonly what: string; readonly because: string }[],
  label = 'Not assessed',
): string[] {
  const lines = items.slice(0, shown).map(({ what, because }) => `${label}: ${terminalText(`${what}: ${because}`)}`);
  const more = items.length - lines.length;
  return more > 0 ? [...lines, `${label}: ${more} more; \`-o json\` and the report name every one`] : lines;
}
