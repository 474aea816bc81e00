import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');

/** A fenced block of a page, with the reason why no test runs it, if the page gives one. */
export interface Block {
  readonly file: string;
  readonly line: number;
  readonly language: string;
  readonly text: string;
  readonly notRun?: string;
}

/** Pages that people write; those of checks and rules have tests of their own. */
export function readBlocks(): readonly Block[] {
  const files = globSync(['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'cronjob/README.md', 'docs/*.md'], {
    cwd: root,
  });
  return files.toSorted().flatMap(blocksOf);
}

function blocksOf(file: string): Block[] {
  const text = readFileSync(join(root, file), 'utf8');
  const fences = text.matchAll(/(?:<!-- not run here: ([^>]*?) -->\n)?^```([^\n]*)\n([\s\S]*?)^```$/gm);
  return [...fences].map(({ 0: all, 1: notRun, 2: language = '', 3: content = '', index }) => ({
    file,
    line: text.slice(0, index + all.indexOf('```')).split('\n').length,
    language,
    text: content,
    ...(notRun !== undefined && { notRun }),
  }));
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

/** Line by line, each `…` any text. */
export function isAsShown(printed: string, shown: readonly string[]): boolean {
  const lines = printed.trimEnd().split('\n');
  const patterns = shown.map((line) =>
    line
      .split('…')
      .map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*'),
  );
  return (
    lines.length === shown.length && patterns.every((pattern, at) => new RegExp(`^${pattern}$`).test(lines[at] ?? ''))
  );
}
