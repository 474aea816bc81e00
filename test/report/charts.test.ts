import assert from 'node:assert/strict';
import { buildCharts } from '../../src/report/charts/build-charts.ts';
import { buildFormats } from '../../src/report/view/formats.ts';
import { elementsOf, parseHtml } from '../support/html-tree.ts';
import { makeResult, makeRichResult } from '../support/make-result.ts';

const formats = buildFormats({ locale: 'en', timeZone: 'UTC' });

describe('[U] report/charts', () => {
  const charts = Object.values(buildCharts(makeRichResult(), formats));

  it('draws the same bytes for the same data, also later in the same process', () => {
    assert.deepEqual(Object.values(buildCharts(makeRichResult(), formats)), charts);
  });

  it('gives each drawing a role, a label, no script, no style sheet, no id and no fixed colour', () => {
    assert.equal(charts.length, 4);
    for (const svg of charts) {
      const elements = elementsOf(parseHtml(svg ?? ''));
      const root = elements.find((element) => element.name === 'svg');
      assert.equal(root?.attributes['role'], 'img');
      assert.ok((root?.attributes['aria-label'] ?? '').length > 10);
      assert.ok(elements.every(({ name }) => !['script', 'style', 'image', 'foreignObject', 'a'].includes(name)));
      assert.ok(
        elements.every(({ attributes }) => attributes['id'] === undefined && attributes['class'] === undefined),
      );
      assert.doesNotMatch(svg ?? '', /#[0-9a-f]{3,6}\b|rgb/i);
    }
  });

  it('draws nothing when there is nothing to draw', () => {
    assert.deepEqual(Object.values(buildCharts(makeResult(), formats)), [undefined, undefined, undefined, undefined]);
  });

  it('keeps a hostile namespace text', () => {
    const base = makeResult();
    const key = '</text><script>alert(1)</script>';
    const namespaces = [{ key, volumes: 1, unknown: 0, usedBytes: 1 }];

    const { namespaces: svg = '' } = buildCharts({ ...base, usage: { ...base.usage, namespaces } }, formats);

    assert.ok(!svg.includes('<script'));
  });
});
