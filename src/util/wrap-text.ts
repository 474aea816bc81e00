/** Breaks between words, with every line indented; a word that is longer than a line is cut. No width: one line. */
export function wrapText(text: string, width: number | undefined, indent = ''): string {
  if (width === undefined) return `${indent}${text}\n`;
  const room = Math.max(20, width - indent.length);
  const lines: string[] = [''];
  for (const word of text.split(' ').flatMap((each) => pieces(each, room))) {
    const last = lines.at(-1) ?? '';
    if (last === '') lines[lines.length - 1] = word;
    else if (last.length + 1 + word.length <= room) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.map((line) => `${indent}${line}\n`).join('');
}

function pieces(word: string, room: number): string[] {
  return word.length <= room ? [word] : (word.match(new RegExp(`.{1,${room}}`, 'gsu')) ?? []);
}
