import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

interface Family {
  readonly name: string;
  readonly packageName: string;
  readonly weights: readonly number[];
}

/** In the order in which the style sheet names them: a character is taken from the first that has it. */
const text: readonly Family[] = [
  { name: 'Noto Sans', packageName: 'noto-sans', weights: [400, 600] },
  { name: 'Noto Sans SC', packageName: 'noto-sans-sc', weights: [400] },
  { name: 'Noto Emoji', packageName: 'noto-emoji', weights: [400] },
];
const mono: readonly Family[] = [{ name: 'Noto Sans Mono', packageName: 'noto-sans-mono', weights: [400] }];

const resolver = createRequire(import.meta.url);

/**
 * `@font-face` rules with the fonts inside, for the characters that the page really has: the PDF then looks the same on a
 * machine without any font, and a Chinese or emoji name does not vanish. Fonts come in files by range of characters;
 * only files that are needed are embedded.
 */
export function buildFontFaces(page: string): string {
  const characters = new Set<number>();
  for (const char of page) characters.add(char.codePointAt(0) as number);
  return [text, mono].flatMap((families) => facesOf(families, characters)).join('');
}

function facesOf(families: readonly Family[], characters: ReadonlySet<number>): readonly string[] {
  const subsets = families.flatMap(readSubsets);
  const needed = new Set<Subset>();
  for (const character of characters) {
    const subset = subsets.find(({ ranges }) => ranges.some(([from, to]) => character >= from && character <= to));
    if (subset) needed.add(subset);
  }
  return subsets.filter((subset) => needed.has(subset)).flatMap(readFaces);
}

interface Subset {
  readonly family: Family;
  readonly name: string;
  readonly unicodeRange: string;
  readonly ranges: readonly (readonly [number, number])[];
}

function readSubsets(family: Family): readonly Subset[] {
  const ranges = JSON.parse(readFileSync(join(folderOf(family), 'unicode.json'), 'utf8')) as Record<string, string>;
  return Object.entries(ranges).map(([key, unicodeRange]) => ({
    family,
    name: key.replace(/^\[(\d+)\]$/, '$1'),
    unicodeRange,
    ranges: unicodeRange.split(',').map(toRange),
  }));
}

function readFaces({ family, name, unicodeRange }: Subset): readonly string[] {
  return family.weights.map((weight) => {
    const file = join(folderOf(family), 'files', `${family.packageName}-${name}-${weight}-normal.woff2`);
    const data = readFileSync(file).toString('base64');
    return `@font-face{font-family:"${family.name}";font-weight:${weight};src:url(data:font/woff2;base64,${data}) format("woff2");unicode-range:${unicodeRange}}`;
  });
}

function folderOf({ packageName }: Family): string {
  return dirname(resolver.resolve(`@fontsource/${packageName}/package.json`));
}

/** `U+1f1e6-1f1ff` → its first and last code point. */
function toRange(range: string): readonly [number, number] {
  const [from = '', to = from] = range.replace(/^U\+/i, '').split('-');
  return [Number.parseInt(from, 16), Number.parseInt(to, 16)];
}
