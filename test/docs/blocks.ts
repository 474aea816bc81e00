import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');

/** A fenced block of a page, with the reason why no test runs it, if the page gives one. */
export interface Block {
  readonly file: string;
  readonly line: number;
  readonly language: string;
  readonly text: string;
  /** The heading that it stands under. */
  readonly section: string;
  readonly notRun?: string;
  /** The file that the reader is told to write it to. */
  readonly savedAs?: string;
}

/** Pages that people write; those of checks and rules have tests of their own. */
export function readBlocks(): readonly Block[] {
  const files = globSync(['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'cronjob/README.md', 'docs/*.md'], {
    cwd: root,
  });
  return files.toSorted().flatMap(blocksOf);
}

export function blocksOf(file: string): Block[] {
  const text = readFileSync(join(root, file), 'utf8');
  const fences = text.matchAll(
    /(?:<!-- (?:not run here: ([^>]*?)|saved as: ([^>]*?)) -->\n)?^( *)```([^\n]*)\n([\s\S]*?)^\3```$/gm,
  );
  return [...fences].map(({ 0: all, 1: notRun, 2: savedAs, 3: indent, 4: language = '', 5: content = '', index }) => {
    const above = text.slice(0, index + all.indexOf('```'));
    return {
      file,
      line: above.split('\n').length,
      language,
      text: content.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
      section: [...above.matchAll(/^#+ (.+)$/gm)].at(-1)?.[1] ?? '',
      ...(notRun !== undefined && { notRun }),
      ...(savedAs !== undefined && { savedAs }),
    };
  });
}

export interface ShownCommand {
  readonly line: string;
  /** What the page says it prints; undefined where it does not say. `…` stands for any text. */
  readonly output?: readonly string[];
}

/** `sh`: a command per line. `console`: commands after `$ `, each with what it prints. */
export function commandsOf({ language, text }: Block): readonly ShownCommand[] {
  if (language === 'sh')
    return text
      .replaceAll('\\\n', ' ')
      .split('\n')
      .map((line) => line.replace(/\s+#.*$/, '').trim())
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => ({ line }));
  return text
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [line = '', ...output] = part.trimEnd().split('\n');
      return { line, output };
    });
}

/** Line by line: `…` stands for any text, and where it is the whole line for any lines, or none. */
export function isAsShown(printed: string, shown: readonly string[]): boolean {
  const pattern = shown.map((line) => (line === '…' ? '(?:.*\\n)*?' : `${escaped(line)}\\n`)).join('');
  return new RegExp(`^${pattern}$`).test(`${printed.trimEnd()}\n`.replace(/^\n$/, ''));
}

function escaped(line: string): string {
  return line
    .split('…')
    .map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
}
