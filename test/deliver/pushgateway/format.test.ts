import assert from 'node:assert/strict';
import { formatFamilies, formatMetrics } from '../../../src/deliver/pushgateway/format.ts';
import type { Metric } from '../../../src/deliver/pushgateway/metric.ts';

const family = (name: Metric['name'], value: number): Metric => ({
  name,
  help: 'Some.',
  samples: [{ labels: { pool: 'tank' }, value }],
});

describe('[U] deliver/pushgateway/format', () => {
  it('is made a family at a time: what comes later is not looked at before it is asked for', async () => {
    const never = new Proxy(family('strandline_volumes', 2), { get: () => assert.fail('read ahead') });
    const families = formatFamilies([family('strandline_findings', 1), never]);

    const { value } = await families.next();

    assert.match(String(value), /^# HELP strandline_findings [\s\S]*\nstrandline_findings\{pool="tank"\} 1\n$/);
    await assert.rejects(families.next(), /read ahead/);
  });

  it('is one text in which families are kept apart by an empty line', async () => {
    const text = await formatMetrics([family('strandline_findings', 1), family('strandline_volumes', 2)]);

    assert.match(text, /\} 1\n\n# HELP strandline_volumes/);
    assert.ok(text.endsWith('} 2\n'));
  });
});
