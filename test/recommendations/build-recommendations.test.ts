import assert from 'node:assert/strict';
import type { PoolUsage, Usage, VolumeUsage } from '../../src/model/scan-result.ts';
import { buildRecommendations } from '../../src/recommendations/build-recommendations.ts';
import { priceFindings, pricePools } from '../../src/recommendations/price-result.ts';
import { makeFinding, makeUsage, makeVolume } from '../support/stored-result.ts';
import { makeReadings } from '../support/volume-readings.ts';

const GiB = 2 ** 30;
const TiB = 2 ** 40;
const dayMs = 86_400_000;
const now = new Date('2026-11-23T02:00:00Z');
const unpriced = { currency: 'EUR', perTiBMonth: { pools: {}, storageClasses: {} } };
const priced = {
  currency: 'EUR',
  perTiBMonth: { pools: { tank: 20, 'nas01/fast': 80 }, storageClasses: { gold: 100 } },
};

function adviseOn(usage: Usage, more: Partial<Parameters<typeof buildRecommendations>[0]> = {}, prices = unpriced) {
  const history = { pools: [], volumes: [], groups: [], findings: [], damagedParts: [] };
  const trends = { state: 'ready' as const, series: [], forecasts: [], anomalies: [] };
  return buildRecommendations({ usage, trends, findings: [], history, now, ...more }, prices).items;
}

const rulesOf = (volume: Partial<VolumeUsage>) =>
  adviseOn(makeUsage([makeVolume('a', volume)])).map(({ rule }) => rule);

describe('[U] recommendations/build-recommendations', () => {
  it('says nothing about what is not known', () => {
    assert.deepEqual(adviseOn(makeUsage([makeVolume('a', { usedBytes: undefined, provisionedBytes: undefined })])), []);
  });

  it('advises thin where a reservation holds space, with bytes and money', () => {
    const usage = makeUsage([makeVolume('a', { thin: false, reservedBytes: TiB })]);
    const [bare] = adviseOn(usage);
    assert.deepEqual([bare?.rule, bare?.savesBytes, bare?.saves], ['thin-for-thick', TiB, undefined]);
    assert.deepEqual(adviseOn(usage, {}, priced)[0]?.saves, { perMonth: 20, currency: 'EUR' });
  });

  describe('small-volblocksize', () => {
    const onPool = (dataVdevs: PoolUsage['dataVdevs'], volblocksizeBytes: number | undefined, usedBytes = 2 * GiB) => {
      const usage = makeUsage([
        makeVolume('a', { kind: 'zvol', usedBytes, ...(volblocksizeBytes !== undefined && { volblocksizeBytes }) }),
      ]);
      const [pool] = usage.pools;
      assert.ok(pool);
      const items = adviseOn({ ...usage, pools: [{ ...pool, ...(dataVdevs !== undefined && { dataVdevs }) }] });
      return items.filter(({ rule }) => rule === 'small-volblocksize');
    };
    const raidz2 = [{ type: 'RAIDZ2', disks: 6 }];

    it('names what blocks of 8 KiB take on RAIDZ2 of six disks', () => {
      const [item] = onPool(raidz2, 8192);

      assert.deepEqual(item?.restsOn, [
        'its blocks are 8 KiB on RAIDZ2 of 6 disks',
        'each takes 6 sectors of 4 KiB for 2 of data, where large blocks take 3.0',
      ]);
      assert.equal(item?.savesBytes, undefined);
    });

    it('is silent on a layout that costs nothing, on a mirror, on little data, and where something is not known', () => {
      assert.deepEqual(onPool(raidz2, 16_384), []);
      assert.deepEqual(onPool([{ type: 'MIRROR', disks: 2 }], 4096), []);
      assert.deepEqual(onPool(raidz2, 8192, GiB - 1), []);
      assert.deepEqual(onPool(undefined, 8192), []);
      assert.deepEqual(onPool(raidz2, undefined), []);
    });

    it('judges by the vdev that costs most', () => {
      assert.equal(onPool([{ type: 'MIRROR', disks: 2 }, ...raidz2], 8192).length, 1);
    });
  });

  describe('small-recordsize', () => {
    const onPool = (dataVdevs: PoolUsage['dataVdevs'], recordsizeBytes: number | undefined, usedBytes?: number) => {
      const usage = makeUsage([
        makeVolume('a', { usedBytes, ...(recordsizeBytes !== undefined && { recordsizeBytes }) }),
      ]);
      const [pool] = usage.pools;
      assert.ok(pool);
      return adviseOn({ ...usage, pools: [{ ...pool, ...(dataVdevs !== undefined && { dataVdevs }) }] });
    };
    const raidz1 = [{ type: 'RAIDZ1', disks: 5 }];

    it('names what records of 8 KiB take on RAIDZ1 of five disks, and promises no bytes', () => {
      const [item] = onPool(raidz1, 8192, GiB);

      assert.equal(item?.rule, 'small-recordsize');
      assert.deepEqual(item?.restsOn, [
        'its blocks are 8 KiB on RAIDZ1 of 5 disks',
        'each takes 4 sectors of 4 KiB for 2 of data, where large blocks take 2.5',
      ]);
      assert.equal(item?.savesBytes, undefined);
    });

    it('speaks from a fifth of the space on', () => {
      // 16 KiB: six sectors where five would do; 32 KiB: ten, as large blocks.
      assert.equal(onPool(raidz1, 16_384, GiB).length, 1);
      assert.deepEqual(onPool(raidz1, 32_768, GiB), []);
    });

    it('is silent on records that cost nothing, on a mirror and on little data', () => {
      assert.deepEqual(onPool(raidz1, 131_072, GiB), []);
      assert.deepEqual(onPool([{ type: 'MIRROR', disks: 2 }], 8192, GiB), []);
      assert.deepEqual(onPool(raidz1, 8192, GiB - 1), []);
    });

    it('is silent where layout, recordsize or use is not known', () => {
      assert.deepEqual(onPool(undefined, 8192, GiB), []);
      assert.deepEqual(onPool(raidz1, undefined, GiB), []);
      assert.deepEqual(onPool(raidz1, 8192, undefined), []);
    });
  });

  it('calls a volume oversized only when it stayed nearly empty on thirty days, each of them read', () => {
    const volume = makeVolume('a', { provisionedBytes: 100 * GiB, referencedBytes: 5 * GiB, utilisation: 0.05 });
    const advise = (days: number, filledOn: (day: number) => number | undefined) => {
      const readings = Array.from({ length: days }, (_, i) => {
        const filledBytes = filledOn(i);
        return {
          atMs: now.getTime() - (i + 1) * dayMs,
          usedBytes: GiB,
          ...(filledBytes !== undefined && { filledBytes }),
        };
      });
      const volumes = [makeReadings('a', readings)];
      const history = { pools: [], volumes, groups: [], findings: [], damagedParts: [] };
      return adviseOn(makeUsage([volume]), { history }).length;
    };
    assert.equal(
      advise(30, () => 5 * GiB),
      1,
    );
    assert.equal(
      advise(29, () => 5 * GiB),
      0,
    );
    assert.equal(
      advise(30, (day) => (day === 12 ? 40 * GiB : 5 * GiB)),
      0,
    );
    assert.equal(
      advise(30, (day) => (day === 12 ? undefined : 5 * GiB)),
      0,
    );
  });

  it('calls a volume oversized that never changed, when that was read on thirty days', () => {
    const volume = makeVolume('a', { provisionedBytes: 100 * GiB, referencedBytes: 5 * GiB, utilisation: 0.05 });
    const advise = (recentDays: number, ageDays: number, filledBytes?: number) => {
      const firstAtMs = now.getTime() - ageDays * dayMs;
      const still = [
        { uid: 'a', usedBytes: GiB, firstAtMs, recentDays, ...(filledBytes !== undefined && { filledBytes }) },
      ];
      const history = { pools: [], volumes: [], still, groups: [], findings: [], damagedParts: [] };
      return adviseOn(makeUsage([volume]), { history }).length;
    };
    assert.equal(advise(30, 30, 5 * GiB), 1);
    assert.equal(advise(29, 30, 5 * GiB), 0);
    assert.equal(advise(30, 29, 5 * GiB), 0);
    assert.equal(advise(30, 30), 0);
  });

  it('names volumes near their limit, snapshots over data and poor compression at their thresholds', () => {
    assert.deepEqual(rulesOf({ utilisation: 0.9 }), ['volume-near-limit']);
    assert.deepEqual(rulesOf({ utilisation: 0.89 }), []);
    assert.deepEqual(rulesOf({ snapshotBytes: 3 * GiB, dataBytes: 2 * GiB }), ['snapshots-over-data']);
    assert.deepEqual(rulesOf({ snapshotBytes: 2 * GiB, dataBytes: 2 * GiB }), []);
    assert.deepEqual(rulesOf({ compressRatio: 1.01, dataBytes: 200 * GiB }), ['poor-compression']);
    assert.deepEqual(rulesOf({ compressRatio: 1.5, dataBytes: 200 * GiB }), []);
  });

  it('rests unused volumes on confirmed findings alone', () => {
    const finding = makeFinding('f', {
      check: 'claim-unused',
      resource: {
        source: 'cluster/prod',
        cluster: 'prod',
        kind: 'PersistentVolumeClaim',
        namespace: 'web',
        name: 'data',
      },
      bytes: { reclaimable: GiB },
    });
    const usage = makeUsage([makeVolume('a', { claim: 'data' })]);
    assert.equal(adviseOn(usage, { findings: [finding] }).length, 0);
    const [item] = adviseOn(usage, { findings: [{ ...finding, confirmation: 'confirmed' }] });
    assert.deepEqual([item?.rule, item?.savesBytes], ['unused-volume', GiB]);
  });

  it('advises a half-empty healthy pool of the same NAS, and warns of promises on a pool that fills', () => {
    const pool = (name: string, usedBytes: number, more: Partial<PoolUsage> = {}): PoolUsage => ({
      nas: 'nas01',
      pool: name,
      status: 'ONLINE',
      healthy: true,
      volumes: 0,
      usedBytes,
      usableBytes: 100 * GiB,
      ...more,
    });
    const rules = (...pools: PoolUsage[]) => adviseOn({ ...makeUsage([]), pools }).map(({ rule }) => rule);
    assert.deepEqual(rules(pool('a', 85 * GiB), pool('b', 20 * GiB)), ['rebalance-pools']);
    assert.deepEqual(rules(pool('a', 85 * GiB), pool('b', 20 * GiB, { healthy: false })), []);
    assert.deepEqual(rules(pool('a', 85 * GiB), pool('b', 20 * GiB, { nas: 'nas02' })), []);
    assert.deepEqual(rules(pool('a', 85 * GiB, { overcommitRatio: 1.4 })), ['overcommit-risk']);
    assert.deepEqual(rules(pool('a', 30 * GiB, { overcommitRatio: 1.4 })), []);
  });
});

describe('[U] recommendations/price-result', () => {
  const usage = makeUsage([
    makeVolume('a', { storageClass: 'gold' }),
    makeVolume('b', { storageClass: 'constructor' }),
  ]);
  const finding = (uid: string, reclaimable?: number) =>
    makeFinding(uid, {
      resource: { source: 'cluster/prod', cluster: 'prod', kind: 'PersistentVolume', name: uid, uid },
      bytes: reclaimable === undefined ? {} : { reclaimable },
    });
  const costs = (prices: typeof priced | typeof unpriced, ...findings: ReturnType<typeof makeFinding>[]) =>
    priceFindings(findings, usage, prices).map(({ cost }) => cost?.perMonth);

  it('takes the price of the StorageClass before that of the pool', () => {
    assert.deepEqual(costs(priced, finding('a', TiB), finding('b', TiB)), [100, 20]);
  });

  it('leaves out what has no price or no bytes, and never says free', () => {
    assert.deepEqual(costs(unpriced, finding('a', TiB)), [undefined]);
    assert.deepEqual(costs(priced, finding('a'), finding('elsewhere', TiB)), [undefined, undefined]);
  });

  it('prices what lies on the NAS by its pool', () => {
    const resource = { source: 'nas/nas01' as const, nas: 'nas01', kind: 'Dataset', name: 'fast/k8s/pvc-1' };
    assert.deepEqual(costs(priced, makeFinding('d', { resource, bytes: { reclaimable: TiB / 2 } })), [40]);
    const share = { ...resource, kind: 'NfsShare', name: '17' };
    assert.deepEqual(costs(priced, makeFinding('s', { resource: share, bytes: { reclaimable: 1 } })), [undefined]);
  });

  it('prices the used space of pools', () => {
    const pools = [{ ...makeUsage([]).pools[0], usedBytes: TiB }] as PoolUsage[];
    assert.deepEqual(pricePools({ ...usage, pools }, priced).pools[0]?.cost, { perMonth: 20, currency: 'EUR' });
    assert.equal(pricePools({ ...usage, pools }, unpriced).pools[0]?.cost, undefined);
  });
});
