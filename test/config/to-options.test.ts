import assert from 'node:assert/strict';
import { Config } from '../../src/config/schema.ts';
import { toJudgeOptions } from '../../src/config/to-options.ts';

describe('[U] config/to-options', () => {
  it('turns durations into milliseconds', () => {
    const options = toJudgeOptions(Config.parse({ checks: { minAge: '2h', confirmAfter: 'PT30M' } }));

    assert.equal(options.minAgeMs, 7_200_000);
    assert.equal(options.confirmAfterMs, 1_800_000);
  });

  it('leaves out what a declared backend does not say, and reads the family from the driver name', () => {
    const config = Config.parse({ backends: [{ cluster: 'prod', driver: 'org.democratic-csi.nfs', nas: 'nas01' }] });

    assert.deepEqual(toJudgeOptions(config).backends, [
      {
        cluster: 'prod',
        driver: 'org.democratic-csi.nfs',
        nas: 'nas01',
        exclusive: false,
        keepsDeleted: false,
        family: 'democratic-csi',
      },
    ]);
  });

  it('names an ignore rule without a name by its place', () => {
    const config = Config.parse({ ignore: [{ reason: 'lab' }, { name: 'old', reason: 'kept', resource: 'pvc-*' }] });

    assert.deepEqual(toJudgeOptions(config).ignore, [
      { rule: 'ignore[0]', reason: 'lab' },
      { rule: 'old', reason: 'kept', name: 'pvc-*' },
    ]);
  });

  it('carries scope filters and narrowing flags into one filter', () => {
    const config = Config.parse({
      scope: {
        include: { namespaces: ['shop'], nas: ['nas01'] },
        exclude: { labels: { tier: 'lab' } },
        minSeverity: 'HIGH',
      },
    });

    const { filter } = toJudgeOptions(config);

    assert.deepEqual(filter.namespaces, ['shop']);
    assert.deepEqual(filter.nases, ['nas01']);
    assert.deepEqual(filter.excludeLabels, { tier: 'lab' });
    assert.equal(filter.severity, 'HIGH');
  });
});
