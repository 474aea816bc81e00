import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MetricGroup } from '../../../src/deliver/pushgateway/metric.ts';
import { buildRunGroup } from '../../../src/deliver/pushgateway/run-group.ts';
import { writeMetricsFile } from '../../../src/deliver/pushgateway/text-file.ts';
import { DeliveryError } from '../../../src/errors.ts';
import { makeRichResult } from '../../support/make-result.ts';

const run = { deployment: 'main', finishedAt: '2026-11-23T05:00:00.000Z', durationMs: 1000 };

function groupOf(source: string, value: number): MetricGroup {
  const metrics: MetricGroup['metrics'] = [
    { name: 'strandline_sections_failed', help: 'Lists.', samples: [{ labels: {}, value }] },
  ];
  return { method: 'PUT', key: { job: 'strandline', source }, metrics };
}

describe('[U] deliver/pushgateway/text-file', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'metrics-'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  it('holds each family once, with the key of its group as labels', async () => {
    const path = join(folder, 'strandline.prom');

    await writeMetricsFile(path, [groupOf('cluster/prod', 0), groupOf('nas/nas01', 2)]);

    assert.equal(
      await readFile(path, 'utf8'),
      [
        '# HELP strandline_sections_failed Lists.',
        '# TYPE strandline_sections_failed gauge',
        'strandline_sections_failed{source="cluster/prod"} 0',
        'strandline_sections_failed{source="nas/nas01"} 2',
        '',
      ].join('\n'),
    );
    assert.deepEqual(await readdir(folder), ['strandline.prom']);
  });

  it('keeps the last success and the sources that were not read', async () => {
    const path = join(folder, 'strandline.prom');

    await writeMetricsFile(path, [
      groupOf('cluster/prod', 0),
      groupOf('nas/nas01', 2),
      buildRunGroup({ ...run, exitCode: 0 }),
    ]);
    await writeMetricsFile(path, [groupOf('cluster/prod', 1), buildRunGroup({ ...run, exitCode: 3 })]);

    const text = await readFile(path, 'utf8');
    const success = Date.parse(run.finishedAt) / 1000;
    assert.match(text, /^strandline_sections_failed\{source="nas\/nas01"\} 2$/m);
    assert.match(text, /^strandline_sections_failed\{source="cluster\/prod"\} 1$/m);
    assert.doesNotMatch(text, /source="cluster\/prod"\} 0$/m);
    assert.match(
      text,
      new RegExp(`^strandline_last_success_timestamp_seconds\\{deployment="main"\\} ${success}$`, 'm'),
    );
    assert.match(text, /^strandline_last_run_exit_code\{deployment="main"\} 3$/m);
    assert.equal(text.match(/^# TYPE strandline_sections_failed /gm)?.length, 1);
  });

  it('loses nothing when a run ends without a result', async () => {
    const path = join(folder, 'strandline.prom');
    const result = makeRichResult();
    await writeMetricsFile(path, [groupOf('nas/nas01', 2), buildRunGroup({ ...run, exitCode: 0 }, result)]);
    const before = (await readFile(path, 'utf8')).match(/^strandline_\w+/gm) ?? [];

    await writeMetricsFile(path, [buildRunGroup({ ...run, exitCode: 1 })]);

    const text = await readFile(path, 'utf8');
    assert.match(text, /^strandline_last_run_exit_code\{deployment="main"\} 1$/m);
    assert.deepEqual((text.match(/^strandline_\w+/gm) ?? []).toSorted(), before.toSorted());
    assert.match(text, /^strandline_source_up\{.*source="nas\/nas02".*\} 1$/m);
  });

  it('says which file could not be written', async () => {
    await assert.rejects(writeMetricsFile(join(folder, 'missing', 'x.prom'), []), DeliveryError);
  });
});
