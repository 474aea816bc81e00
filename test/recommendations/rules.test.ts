import assert from 'node:assert/strict';
import type { PoolUsage, VolumeUsage } from '../../src/model/scan-result.ts';
import type { Forecast } from '../../src/model/trends.ts';
import { buildRecommendations } from '../../src/recommendations/build-recommendations.ts';
import { makeUsage, makeVolume } from '../support/stored-result.ts';

const GiB = 2 ** 30;

interface Case {
  readonly volume?: Partial<VolumeUsage>;
  readonly pools?: readonly Partial<PoolUsage>[];
  /** Days until the volume or the pool of this key is full. */
  readonly full?: { readonly subject: 'quota' | 'pool'; readonly key: string; readonly days: number };
}

function rulesOf({ volume, pools = [], full }: Case): readonly string[] {
  const usage = {
    ...makeUsage(volume === undefined ? [] : [makeVolume('a', volume)]),
    pools: pools.map((pool) => ({
      ...{ nas: 'nas01', pool: 'tank', status: 'ONLINE', healthy: true, volumes: 1, usableBytes: 100 * GiB },
      ...pool,
    })),
  };
  const forecasts: Forecast[] = (full === undefined ? [] : [full]).map(({ subject, key, days }) => ({
    ...{ subject, key, nas: 'nas01', pool: 'tank', usedBytes: 1, limitBytes: 2, method: '' },
    state: 'forecast',
    daysUntilFull: { expected: days, earliest: days },
  }));
  const trends = { state: 'ready' as const, series: [], forecasts, anomalies: [] };
  const history = { pools: [], volumes: [], groups: [], findings: [], damagedParts: [] };
  const prices = { currency: 'EUR', perTiBMonth: { pools: {}, storageClasses: {} } };
  const input = { usage, trends, findings: [], history, now: new Date('2026-11-23T02:00:00Z') };
  return buildRecommendations(input, prices).items.map(({ rule }) => rule);
}

const quota = (days: number) => ({ subject: 'quota' as const, key: 'prod/pvc-a', days });
const poolFull = (days: number) => ({ subject: 'pool' as const, key: 'nas01/tank', days });

/** Of each rule: found at its boundary, healthy just beside it, silent where a reading is missing. */
const rules: Record<string, { readonly found: Case; readonly healthy: readonly Case[]; readonly unknown: Case[] }> = {
  'volume-near-limit': {
    found: { volume: { utilisation: 0.5 }, full: quota(30) },
    healthy: [{ volume: { utilisation: 0.5 }, full: quota(31) }, { volume: { utilisation: 0.8999 } }],
    unknown: [{ volume: { utilisation: undefined } }],
  },
  'snapshots-over-data': {
    found: { volume: { snapshotBytes: GiB, dataBytes: GiB - 1 } },
    healthy: [{ volume: { snapshotBytes: GiB, dataBytes: GiB } }, { volume: { snapshotBytes: GiB - 1, dataBytes: 1 } }],
    unknown: [
      { volume: { snapshotBytes: undefined, dataBytes: 1 } },
      { volume: { snapshotBytes: GiB, dataBytes: undefined } },
    ],
  },
  'poor-compression': {
    found: { volume: { compressRatio: 1.0499, dataBytes: 100 * GiB } },
    healthy: [
      { volume: { compressRatio: 1.05, dataBytes: 100 * GiB } },
      { volume: { compressRatio: 1, dataBytes: 100 * GiB - 1 } },
    ],
    unknown: [
      { volume: { compressRatio: undefined, dataBytes: 100 * GiB } },
      { volume: { compressRatio: 1, dataBytes: undefined } },
    ],
  },
  'thin-for-thick': {
    found: { volume: { thin: false, reservedBytes: GiB } },
    healthy: [{ volume: { thin: true, reservedBytes: GiB } }, { volume: { thin: false, reservedBytes: GiB - 1 } }],
    unknown: [
      { volume: { thin: undefined, reservedBytes: GiB } },
      { volume: { thin: false, reservedBytes: undefined } },
    ],
  },
  'overcommit-risk': {
    found: { pools: [{ usedBytes: 10 * GiB, overcommitRatio: 1.01 }], full: poolFull(90) },
    healthy: [
      { pools: [{ usedBytes: 10 * GiB, overcommitRatio: 1.01 }], full: poolFull(91) },
      { pools: [{ usedBytes: 80 * GiB, overcommitRatio: 1 }] },
      { pools: [{ usedBytes: 79 * GiB, overcommitRatio: 1.01 }] },
    ],
    unknown: [{ pools: [{ usedBytes: 80 * GiB }] }, { pools: [{ overcommitRatio: 2 }], full: poolFull(1) }],
  },
  'rebalance-pools': {
    found: { pools: [{ usedBytes: 80 * GiB }, { pool: 'b', usedBytes: 49 * GiB }] },
    healthy: [
      { pools: [{ usedBytes: 80 * GiB }, { pool: 'b', usedBytes: 50 * GiB }] },
      { pools: [{ usedBytes: 79 * GiB }, { pool: 'b', usedBytes: GiB }] },
    ],
    unknown: [{ pools: [{ usedBytes: 80 * GiB }, { pool: 'b' }] }, { pools: [{}, { pool: 'b', usedBytes: GiB }] }],
  },
};

describe('[U] recommendations/rules at their boundaries', () => {
  for (const [rule, { found, healthy, unknown }] of Object.entries(rules)) {
    it(`${rule}: speaks at its boundary, not beside it, not of what was not read`, () => {
      assert.deepEqual(rulesOf(found), [rule]);
      for (const [i, one] of healthy.entries()) assert.deepEqual(rulesOf(one), [], `healthy ${i}`);
      for (const [i, one] of unknown.entries()) assert.deepEqual(rulesOf(one), [], `unknown ${i}`);
    });
  }
});
