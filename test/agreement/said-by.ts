import { type Severity, severities } from '../../src/model/finding.ts';
import type { ScanResult } from '../../src/model/scan-result.ts';
import { elementsOf, type HtmlElement, parseHtml, textOf } from '../support/html-tree.ts';

/** What one output says; what it does not tell is absent. */
export interface Counts {
  readonly open?: number;
  readonly confirmed?: number;
  readonly unconfirmed?: number;
  readonly new?: number;
  readonly resolved?: number;
  readonly ignored?: number;
  readonly bySeverity?: Readonly<Record<Severity, number>>;
  readonly reclaimableBytes?: number;
  /** Where an output rounds for people: `1.5 TiB`. */
  readonly reclaimable?: string;
}

/** What the pattern's first group holds; fails when the text does not say it. */
export function wordIn(text: string, pattern: RegExp): string {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`${pattern} is not in: ${text.slice(0, 2000)}`);
  return found;
}

export function numberIn(text: string, pattern: RegExp): number {
  return Number(wordIn(text, pattern).replaceAll(',', ''));
}

export function bySeverity(count: (severity: Severity) => number): Record<Severity, number> {
  return Object.fromEntries(severities.map((severity) => [severity, count(severity)])) as Record<Severity, number>;
}

/** Page one as people read it, and the headings of the findings below. */
export function readHtml(html: string): {
  readonly pageOne: Counts;
  readonly headings: number;
  readonly embedded: ScanResult;
} {
  const root = parseHtml(html);
  const section = (id: string) => elementsOf(root).find(({ attributes }) => attributes['id'] === id);
  const tally = words(elementsOf(root, 'ul').find(({ attributes }) => attributes['class'] === 'tally'));
  const since = pairs(section('since'));
  const sums = elementsIn(section('reclaimable'), 'tfoot').flatMap((foot) => elementsOf(foot, 'td'));
  const captions = elementsIn(section('findings'), 'caption').map((caption) =>
    numberIn(words(caption), /: ([\d,]+)[^:]*$/),
  );
  return {
    pageOne: {
      open: numberIn(tally, /([\d,]+) open/),
      confirmed: numberIn(tally, /([\d,]+) confirmed/),
      unconfirmed: numberIn(tally, /([\d,]+) waiting/),
      bySeverity: bySeverity((severity) => numberIn(tally, new RegExp(`${severity} ([\\d,]+)`, 'i'))),
      new: Number(since.get('New')),
      resolved: Number(since.get('Resolved')),
      ignored: Number(pairs(section('ignored-brief')).get('Findings')),
      reclaimable: words(sums.at(-1)) || '0 B', // without any byte there is a sentence instead of the table
    },
    headings: captions.reduce((sum, count) => sum + count, 0),
    embedded: JSON.parse(textOf(section('strandline-result'))) as ScanResult,
  };
}

function elementsIn(element: HtmlElement | undefined, name: string): readonly HtmlElement[] {
  return element === undefined ? [] : elementsOf(element, name);
}

function pairs(element: HtmlElement | undefined): ReadonlyMap<string, string> {
  const values = elementsIn(element, 'dd').map(words);
  return new Map(elementsIn(element, 'dt').map((term, index) => [words(term), values[index] ?? '']));
}

function words(element: HtmlElement | undefined): string {
  return textOf(element).replaceAll(/\s+/g, ' ').trim();
}
