import assert from 'node:assert/strict';
import { buildSourceGroups } from '../../../src/deliver/pushgateway/build.ts';
import type { Metric, MetricGroup } from '../../../src/deliver/pushgateway/metric.ts';
import { buildRunGroup } from '../../../src/deliver/pushgateway/run-group.ts';
import type { ScanResult } from '../../../src/model/scan-result.ts';
import { makeResult, makeRichResult } from '../../support/make-result.ts';

const noVolumes = { perVolume: { enabled: false, cap: 10 } };
const run = { deployment: 'main', exitCode: 0, finishedAt: '2026-11-23T05:00:42.000Z', durationMs: 42_000 };

function sumOf(groups: readonly MetricGroup[], name: string, where: (labels: Record<string, string>) => boolean) {
  const metrics = groups.flatMap((group) => group.metrics).filter((metric) => metric.name === name);
  const samples = metrics.flatMap((metric: Metric) => metric.samples).filter(({ labels }) => where({ ...labels }));
  return samples.reduce((sum, { value }) => sum + value, 0);
}

function sourcesOf(result: ScanResult): readonly (string | undefined)[] {
  return buildSourceGroups(result, noVolumes).map(({ key }) => key['source']);
}

describe('[U] deliver/pushgateway/build', () => {
  it('counts every open finding once, as the summary does', () => {
    const result = makeRichResult(200);
    const groups = buildSourceGroups(result, noVolumes);
    const isOpen = (labels: Record<string, string>) => labels['change'] !== 'resolved';

    assert.ok(result.summary.findings > 100);
    assert.equal(sumOf(groups, 'strandline_findings', isOpen), result.summary.findings);
    assert.equal(
      sumOf(groups, 'strandline_findings', (labels) => isOpen(labels) && labels['confirmation'] === 'confirmed'),
      result.summary.confirmed,
    );
    assert.equal(
      sumOf(groups, 'strandline_reclaimable_bytes', () => true),
      result.summary.reclaimableBytes,
    );
    assert.equal(
      sumOf(groups, 'strandline_findings_ignored', () => true),
      result.summary.ignored,
    );
  });

  it('replaces the group of each source as a whole', () => {
    const groups = buildSourceGroups(makeRichResult(), noVolumes);

    assert.deepEqual(
      groups.map(({ method, key }) => [method, key]),
      [
        ['PUT', { job: 'strandline', source: 'cluster/prod' }],
        ['PUT', { job: 'strandline', source: 'cluster/staging' }],
        ['PUT', { job: 'strandline', source: 'nas/nas01' }],
        ['PUT', { job: 'strandline', source: 'nas/nas02' }],
      ],
    );
  });

  it('has no group for a source that was not read', () => {
    const rich = makeRichResult();
    const nases = rich.scope.nases.map((nas) => ({ ...nas, reached: nas.name !== 'nas02' }));

    assert.deepEqual(sourcesOf({ ...rich, scope: { ...rich.scope, nases } }), [
      'cluster/prod',
      'cluster/staging',
      'nas/nas01',
    ]);
  });

  it('has no source group at all when history was unreadable, for nothing is then known to be confirmed', () => {
    const history: ScanResult['history'] = { state: 'unreadable', scans: 0, damagedParts: [] };

    assert.deepEqual(sourcesOf(makeResult({ history })), []);
  });

  it('says of every check whether it was assessed, on both sides of its backend', () => {
    const groups = buildSourceGroups(makeRichResult(), noVolumes);
    const valueIn = (source: string, check: string) =>
      groups
        .find(({ key }) => key['source'] === source)
        ?.metrics.find(({ name }) => name === 'strandline_checks_not_assessed')
        ?.samples.find(({ labels }) => labels['check'] === check)?.value;

    assert.equal(valueIn('cluster/staging', 'attachment-stale'), 1);
    assert.equal(valueIn('nas/nas02', 'attachment-stale'), 1);
    assert.equal(valueIn('cluster/prod', 'attachment-stale'), 0);
  });

  it('holds in every cluster what a NAS that is down says nothing about: its findings may be volumes of any', () => {
    const result = makeResult({
      checks: [
        { id: 'backend-shared-by-volumes', scope: 'nas/nas01', status: 'notAssessed', count: 0, undecided: [] },
        { id: 'claim-lost', scope: 'cluster/prod', status: 'notAssessed', count: 0, undecided: [] },
      ],
    });

    const seen = buildSourceGroups(result, noVolumes).map(({ key, metrics }) => [
      key['source'],
      metrics
        .find(({ name }) => name === 'strandline_checks_not_assessed')
        ?.samples.map(({ labels }) => labels['check']),
    ]);

    assert.deepEqual(seen, [
      ['cluster/prod', ['backend-shared-by-volumes', 'claim-lost']],
      ['nas/nas01', ['backend-shared-by-volumes']],
    ]);
  });

  it('has no series for what is not known', () => {
    const rich = makeRichResult();
    const pools = rich.usage.pools.map((pool) => ({
      nas: pool.nas,
      pool: pool.pool,
      status: 'OFFLINE',
      healthy: false,
      volumes: 0,
    }));
    const groups = buildSourceGroups({ ...rich, usage: { ...rich.usage, pools } }, noVolumes);
    const names = groups.flatMap(({ metrics }) => metrics.map(({ name }) => name));

    assert.ok(names.includes('strandline_pool_healthy'));
    assert.equal(names.includes('strandline_pool_size_bytes'), false);
    assert.equal(names.includes('strandline_pool_days_until_full'), false);
  });

  it('tells the days until a pool is full, and nothing of a pool without a forecast', () => {
    const rich = makeRichResult();
    const forecast = {
      subject: 'pool',
      key: 'nas01/tank',
      nas: 'nas01',
      pool: 'tank',
      usedBytes: 1,
      limitBytes: 2,
      method: 'theil-sen',
    } as const;
    const forecasts: ScanResult['trends']['forecasts'] = [
      { ...forecast, subject: 'quota', state: 'forecast', daysUntilFull: { expected: 3, earliest: 2 } },
      { ...forecast, state: 'forecast', daysUntilFull: { expected: 41, earliest: 30 } },
      { ...forecast, pool: 'flash', state: 'silent', because: 'it does not grow' },
    ];
    const groups = buildSourceGroups({ ...rich, trends: { ...rich.trends, forecasts } }, noVolumes);
    const metric = groups
      .flatMap(({ metrics }) => metrics)
      .find(({ name }) => name === 'strandline_pool_days_until_full');

    assert.deepEqual(metric?.samples, [{ labels: { pool: 'tank' }, value: 41 }]);
  });

  it('gives series per volume only when asked, the largest first, and says how many have none', () => {
    const count = (enabled: boolean, cap: number) => {
      const groups = buildSourceGroups(makeRichResult(), { perVolume: { enabled, cap } });
      const metrics = groups.flatMap(({ metrics }) => metrics);
      return {
        used: metrics.filter(({ name }) => name === 'strandline_volume_used_bytes').flatMap(({ samples }) => samples)
          .length,
        left: sumOf(groups, 'strandline_volumes_not_exported', () => true),
      };
    };

    assert.deepEqual(count(false, 10), { used: 0, left: 0 });
    assert.deepEqual(count(true, 10), { used: 10, left: 50 });
    assert.deepEqual(count(true, 100), { used: 59, left: 0 });
  });

  it('counts all volumes of a large fleet, of which the result lists the largest', () => {
    const rich = makeRichResult();
    const storageClasses = [
      { key: 'prod/nfs', volumes: 120, unknown: 0 },
      { key: 'prod/(no class)', volumes: 3, unknown: 1 },
      { key: 'prod-2/nfs', volumes: 9, unknown: 0 },
    ];
    const usage = { ...rich.usage, storageClasses, volumesLeftOut: 70 };
    const groups = buildSourceGroups({ ...rich, usage }, { perVolume: { enabled: true, cap: 10 } });
    const prod = groups.filter(({ key }) => key['source'] === 'cluster/prod');
    const shown = prod.flatMap(({ metrics }) => metrics).find(({ name }) => name === 'strandline_volume_used_bytes');

    assert.equal(
      sumOf(prod, 'strandline_volumes', () => true),
      123,
    );
    assert.ok(shown && shown.samples.length > 0);
    assert.equal(
      sumOf(prod, 'strandline_volumes_not_exported', () => true),
      123 - shown.samples.length,
    );
  });
});

describe('[U] deliver/pushgateway/run-group', () => {
  for (const [exitCode, isSuccess] of [
    [0, true],
    [5, true],
    [10, true],
    [1, false],
    [2, false],
    [3, false],
    [4, false],
    [143, false],
  ] as const) {
    it(`${isSuccess ? 'sets' : 'keeps'} the last success on exit ${exitCode}`, () => {
      const { metrics, method } = buildRunGroup({ ...run, exitCode });

      assert.equal(method, 'POST');
      assert.equal(
        metrics.some(({ name }) => name === 'strandline_last_success_timestamp_seconds'),
        isSuccess,
      );
    });
  }

  it('never calls an incomplete scan a success, whatever the exit code', () => {
    const group = buildRunGroup({ ...run, exitCode: 10 }, makeRichResult());

    assert.equal(
      group.metrics.some(({ name }) => name === 'strandline_last_success_timestamp_seconds'),
      false,
    );
  });
});
