import { deepEqual } from 'node:assert/strict';
import { judgeRatios } from './record.ts';
import { ratiosOf } from './summary.ts';

const record = { wall: 2, cpu: 3, peakRss: 1.5 };
const worse = (ratios: typeof record) =>
  judgeRatios(ratios, record)
    .filter(({ isWorse }) => isWorse)
    .map(({ name }) => name);

describe('the ratios of the bench', () => {
  it('may be 1.6 times as bad as on record, of wall time 2 times, and no worse', () => {
    deepEqual(worse({ wall: 4, cpu: 4.8, peakRss: 2.4 }), []);
    deepEqual(worse({ wall: 4.01, cpu: 4.8, peakRss: 2.41 }), ['wall', 'peakRss']);
  });

  it('are worse when they could not be measured', () => {
    deepEqual(worse({ ...record, cpu: Number.NaN }), ['cpu']);
  });

  it('are taken turn by turn, so that a busy moment counts for both, and then the middle one', () => {
    const usage = (wallMs: number) => ({ wallMs, cpuMs: wallMs, peakRssBytes: 100 });
    const floors = [usage(100), usage(1000), usage(100)];
    deepEqual(ratiosOf([usage(300), usage(2000), usage(900)], floors), { wall: 3, cpu: 3, peakRss: 1 });
  });
});
