import assert from 'node:assert/strict';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { readGolden } from '../support/golden.ts';
import { makeFinding } from '../support/make-finding.ts';
import { makeResult, makeRichResult } from '../support/make-result.ts';

const options = {
  timeZone: 'Europe/Berlin',
  locale: 'en',
  paper: 'A4',
  now: new Date('2026-11-23T06:00:00Z'),
} as const;

describe('[U] report/markdown', () => {
  const rich = makeRichResult();

  it('equals its golden for a handful of findings', () => {
    const [volume] = rich.usage.volumes;
    assert.ok(volume);
    const findings = (['backend-without-volume', 'volume-without-backend', 'claim-unused'] as const).map(
      (check, index) => makeFinding(check, { volume, index }),
    );

    const markdown = renderMarkdown(makeResult({ findings }), options);

    assert.equal(markdown, readGolden('report/golden/report.md', markdown));
  });

  it('lets no name become markup, a link or a cell', () => {
    const markdown = renderMarkdown(rich, options);

    assert.doesNotMatch(markdown, /<script|<img|<svg|!\[x\]|https?:\/\//);
    for (const line of markdown.split('\n').filter((text) => text.startsWith('| ')))
      assert.ok([8, 5].includes(line.replaceAll(/\\./g, '').split('|').length - 2), line);
  });
});
