import assert from 'node:assert/strict';
import { describeRecommendations } from '../../src/cli/commands/recommendations.ts';
import { describeTrends } from '../../src/cli/commands/trends.ts';
import type { ScanResult } from '../../src/model/scan-result.ts';
import { makeResult } from '../support/stored-result.ts';

const about = { nas: 'nas01', pool: 'tank' };
const result: ScanResult = {
  ...makeResult('s1', 0),
  trends: {
    state: 'ready',
    series: [{ subject: 'pool', key: 'nas01/tank', ...about, days: 3, points: [], because: 'readings of 3 days' }],
    forecasts: [
      {
        subject: 'pool',
        key: 'nas01/tank',
        ...about,
        usedBytes: 1,
        limitBytes: 2,
        state: 'forecast',
        daysUntilFull: { expected: 20, earliest: 10 },
        method: '',
      },
    ],
    anomalies: [],
  },
  recommendations: {
    state: 'ready',
    items: [
      {
        rule: 'thin-for-thick',
        subject: 'prod/pvc-1',
        ...about,
        cluster: 'prod',
        advice: 'x',
        restsOn: ['y'],
        savesBytes: 1024,
        saves: { perMonth: 3, currency: 'EUR' },
      },
    ],
  },
};

describe('[U] cli/commands/trends and recommendations', () => {
  it('shows days to full with the range, open where growth may be none', () => {
    assert.match(describeTrends(result, {}).table(undefined), /nas01\/tank +– +20 \(10–∞\)/);
    assert.equal(describeTrends(result, {}).csv.rows.length, 1);
    assert.equal(describeTrends(result, { nas: ['other'] }).csv.rows.length, 0);
  });

  it('says why there are no trends and no recommendations', () => {
    const none = makeResult('s1', 0);
    assert.match(describeTrends(none, {}).table(undefined), /^No trends: /);
    assert.match(describeRecommendations(none, {}).table(undefined), /^No recommendations: /);
  });

  it('shows bytes and money of a recommendation, narrowed to what was asked', () => {
    assert.match(describeRecommendations(result, {}).table(undefined), /1\.?0? ?KiB \(3 EUR a month\)/);
    assert.equal(describeRecommendations(result, { cluster: ['staging'] }).csv.rows.length, 0);
  });
});
