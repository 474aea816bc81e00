import assert from 'node:assert/strict';
import { renderHtml } from '../../src/report/html.ts';
import type { ReportOptions } from '../../src/report/options.ts';
import { hostileStrings } from '../support/hostile-strings.ts';
import { countElements, elementsOf, parseHtml, textOf } from '../support/html-tree.ts';
import { makeRichResult } from '../support/make-result.ts';

const options: ReportOptions = {
  timeZone: 'Europe/Berlin',
  locale: 'en',
  paper: 'A4',
  now: new Date('2026-11-23T06:00:00Z'),
};

describe('[U] report/html', () => {
  const result = makeRichResult();
  const tree = parseHtml(renderHtml(result, options));

  it('has a language, one h1, a main, a header, a footer and a navigation', () => {
    assert.equal(elementsOf(tree, 'html')[0]?.attributes['lang'], 'en');
    for (const name of ['h1', 'main', 'header', 'footer', 'nav']) {
      const all = elementsOf(tree, name).filter((element) => name === 'h1' || element.depth <= 3 || name === 'nav');
      assert.equal(all.length, 1, name);
    }
  });

  it('gives every table a caption and every header cell a scope', () => {
    const tables = elementsOf(tree, 'table');
    assert.ok(tables.length > 20);
    for (const table of tables) assert.ok(table.children.some((child) => child.name === 'caption'));
    for (const cell of elementsOf(tree, 'th')) assert.match(cell.attributes['scope'] ?? '', /^(?:col|row)$/);
  });

  it('asks nothing of any network and runs nothing', () => {
    const scripts = elementsOf(tree, 'script');
    assert.deepEqual(
      scripts.map((script) => script.attributes),
      [{ type: 'application/json', id: 'strandline-result' }],
    );
    for (const name of ['link', 'iframe', 'object', 'embed', 'base', 'form', 'audio', 'video'])
      assert.equal(countElements(tree, name), 0, name);
    for (const element of elementsOf(tree)) {
      for (const [name, value] of Object.entries(element.attributes)) {
        assert.doesNotMatch(name, /^on/);
        if (['href', 'src', 'action', 'srcset', 'xlink:href'].includes(name))
          assert.match(value, /^(?:#|data:image\/)/);
      }
    }
    assert.doesNotMatch(textOf(elementsOf(tree, 'style')[0]), /@import|url\(/);
  });

  it('makes no element out of a hostile name', () => {
    const harmless = parseHtml(renderHtml(JSON.parse(JSON.stringify(result), withoutHostile), options));

    for (const name of ['script', 'img', 'style', 'svg', 'h1', 'a', 'div', 'td', 'tr'])
      assert.equal(countElements(tree, name), countElements(harmless, name), name);
  });

  it('carries the result itself, byte for byte', () => {
    assert.deepEqual(JSON.parse(textOf(elementsOf(tree, 'script')[0])), result);
  });

  it('links only to places that exist', () => {
    const ids = elementsOf(tree).flatMap((element) => element.attributes['id'] ?? []);
    assert.equal(new Set(ids).size, ids.length);
    for (const link of [...elementsOf(tree, 'a'), ...elementsOf(tree, 'use')])
      assert.ok(ids.includes((link.attributes['href'] ?? '').slice(1)), link.attributes['href']);
  });

  it('shows every open finding once', () => {
    const rows = elementsOf(tree, 'tbody').filter((body) => body.attributes['class'] === 'finding');

    assert.equal(rows.length, result.summary.findings);
  });
});

function withoutHostile(_key: string, value: unknown): unknown {
  return typeof value === 'string' && hostileStrings.some((hostile) => value.includes(hostile)) ? 'harmless' : value;
}
