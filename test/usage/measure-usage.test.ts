import assert from 'node:assert/strict';
import fc from 'fast-check';
import { demoEstate } from '../../fixtures/estates/demo/demo.ts';
import { estates } from '../../fixtures/generator/arbitrary.ts';
import { Usage } from '../../src/model/scan-result.ts';
import type { Estate } from '../../src/simulate/estate.ts';
import { measureUsage } from '../../src/usage/measure-usage.ts';
import type { ProjectionOptions } from '../support/estate-to-inventory.ts';
import { linkEstate } from '../support/link-estate.ts';

describe('[U] usage/measure-usage', () => {
  it('fits the shape of the result', () => {
    const usage = measure(demoEstate());

    assert.deepEqual(Usage.parse(usage), usage);
    assert.ok(usage.volumes.length > 40, `${usage.volumes.length} volumes`);
    assert.ok(usage.snapshotOrigins.some(({ origin, count }) => origin === 'csi' && count > 0));
  });

  it('gives the bytes that the NAS gives for its pools', () => {
    const estate = demoEstate();

    const { pools } = measure(estate);

    const [nas] = estate.nases;
    assert.deepEqual(
      pools.map(({ pool, usedBytes }) => ({ pool, usedBytes })),
      nas?.pools.map(({ name }) => ({ pool: name, usedBytes: heldBelow(estate, name) })),
    );
    for (const { usableBytes, usedBytes, availableBytes } of pools) {
      assert.equal(usableBytes, (usedBytes ?? Number.NaN) + (availableBytes ?? Number.NaN));
    }
  });

  it('says which volumes it leaves out, and why', () => {
    const { notAssessed } = measure(demoEstate());

    assert.ok(notAssessed.length > 0);
    for (const { because } of notAssessed) assert.notEqual(because, '');
  });

  it('sums to what ZFS accounts for, on any estate', () => {
    fc.assert(
      fc.property(estates(), ({ estate }) => assertSumsAgree(estate)),
      { numRuns: 15 },
    );
  });

  it('gives no volume and no promise while the volumes of a cluster are not read', () => {
    const usage = measure(demoEstate(), {
      isUnread: (source, section) => source === 'cluster/staging' && section === 'persistentVolumes',
    });

    assert.ok(usage.volumes.every(({ cluster }) => cluster === 'prod'));
    assert.ok(usage.pools.every((pool) => pool.promisedBytes === undefined && pool.overcommitRatio === undefined));
    assert.ok(usage.pools.every((pool) => pool.usedBytes !== undefined));
    assert.ok(usage.notAssessed.some(({ what }) => what === 'Volumes of cluster staging'));
  });

  it('counts volumes as unknown and keeps raw pool sizes while datasets are not read', () => {
    const usage = measure(demoEstate(), { isUnread: (_, section) => section === 'datasets' });

    assert.deepEqual(usage.volumes, []);
    const [group] = usage.backends;
    assert.ok(group !== undefined && group.volumes > 0);
    assert.equal(group.unknown, group.volumes);
    assert.equal(group.usedBytes, undefined);
    const [pool] = usage.pools;
    assert.equal(pool?.usableBytes, undefined);
    assert.equal(pool?.volumes, undefined);
    assert.ok((pool?.rawSizeBytes ?? 0) > 0);
  });

  it('leaves snapshot counts absent while snapshots are not read', () => {
    const usage = measure(demoEstate(), { isUnread: (_, section) => section === 'snapshots' });

    assert.ok(usage.volumes.length > 0);
    assert.ok(usage.volumes.every(({ snapshotCount }) => snapshotCount === undefined));
    assert.deepEqual(usage.snapshotOrigins, []);
    assert.ok(usage.notAssessed.some(({ what }) => what === 'Snapshot counts on NAS nas01'));
  });

  it('gives no pool while pools are not read', () => {
    const usage = measure(demoEstate(), { isUnread: (_, section) => section === 'pools' });

    assert.deepEqual(usage.pools, []);
    assert.ok(usage.notAssessed.some(({ what }) => what === 'Pools, their health and fill on NAS nas01'));
  });
});

function measure(estate: Estate, projection: ProjectionOptions = {}): Usage {
  const { inventory, links } = linkEstate(estate, projection);
  return measureUsage(inventory, links);
}

/** Straight from the estate: what every dataset of the pool holds itself. */
function heldBelow(estate: Estate, pool: string): number {
  return estate.nases
    .flatMap((nas) => nas.datasets)
    .filter(({ name }) => name === pool || name.startsWith(`${pool}/`))
    .reduce((sum, set) => sum + set.dataBytes + (set.snapshotBytes ?? 0) + (set.refreservationExtraBytes ?? 0), 0);
}

function assertSumsAgree(estate: Estate): void {
  const usage = measure(estate);
  const held = new Map(usage.volumes.map((volume) => [`${volume.nas} ${volume.dataset}`, volume]));
  for (const pool of usage.pools) {
    const inside = [...held.values()].filter(({ nas, pool: name }) => nas === pool.nas && name === pool.pool);
    assert.ok(sum(inside) <= (pool.usedBytes ?? Number.NaN), `${pool.pool}: volumes hold more than the pool`);
  }
  for (const group of usage.backends) {
    const members = [...held.values()].filter(({ backend }) => backend === group.key);
    if (group.usedBytes !== undefined) assert.equal(group.usedBytes, sum(members), group.key);
    assert.ok(group.unknown <= group.volumes);
  }
  const placed = usage.volumes.filter(({ usedBytes }) => usedBytes !== undefined).length;
  for (const groups of [usage.namespaces, usage.storageClasses]) {
    assert.equal(
      groups.reduce((total, { volumes, unknown }) => total + volumes - unknown, 0),
      placed,
    );
  }
}

function sum(volumes: readonly { usedBytes?: number | undefined }[]): number {
  return volumes.reduce((total, { usedBytes }) => total + (usedBytes ?? 0), 0);
}
