import assert from 'node:assert/strict';
import { measureUsage } from '../../src/usage/measure-usage.ts';
import { addToCluster, inCluster, named, onNas } from '../support/change-estate.ts';
import { makeHealthyEstate } from '../support/healthy-estate.ts';
import { type Healthy, itemsIn, linksOf, sectionsOf } from '../support/make-inventory.ts';

/** The estate has a refquota, a zvol and a quota of 50 bytes each; 79 used and 21 available. */
function poolOf(estate: Healthy) {
  const [pool] = measureUsage(estate.inventory, linksOf(estate)).pools;
  return { promised: pool?.promisedBytes, ratio: pool?.overcommitRatio, volumes: pool?.volumes };
}

describe('[U] usage/promised', () => {
  it('adds up refquota, volsize and quota against used + available', () => {
    assert.deepEqual(poolOf(makeHealthyEstate()), { promised: 150, ratio: 1.5, volumes: 3 });
  });

  it('counts a dataset once when two volumes stand on it', () => {
    const [volume] = itemsIn(sectionsOf(makeHealthyEstate()).cluster.persistentVolumes);
    assert.ok(volume !== undefined);

    const twice = addToCluster('persistentVolumes', { ...volume, name: 'pvc-nfs-again', uid: 'uid-again' });

    assert.deepEqual(poolOf(twice(makeHealthyEstate())), { promised: 150, ratio: 1.5, volumes: 4 });
  });

  it('takes the capacity of the volume where there is no quota', () => {
    const estate = onNas('datasets', named('tank/k8s/nfs/pvc-nfs', { refquotaBytes: null }))(makeHealthyEstate());

    assert.equal(poolOf(inCluster('persistentVolumes', named('pvc-nfs', { capacityBytes: 70 }))(estate)).promised, 170);
  });

  it('promises nothing it does not know: neither a limit nor a capacity', () => {
    const estate = onNas('datasets', named('tank/k8s/nfs/pvc-nfs', { refquotaBytes: null }))(makeHealthyEstate());
    const unknown = inCluster('persistentVolumes', named('pvc-nfs', { capacityBytes: undefined }))(estate);

    const { pools, notAssessed } = measureUsage(unknown.inventory, linksOf(unknown));

    assert.equal(pools[0]?.promisedBytes, undefined);
    assert.equal(pools[0]?.overcommitRatio, undefined);
    assert.deepEqual(notAssessed, [
      {
        what: 'Overcommit of pool tank on NAS nas01',
        because: 'the size or limit of 1 of its volumes is not known',
      },
    ]);
  });
});
