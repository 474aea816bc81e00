import assert from 'node:assert/strict';
import type { Dataset } from '../../src/model/truenas.ts';
import { limitOf, utilisationOf, worstCaseOf } from '../../src/usage/limit.ts';

const volume: Dataset = {
  name: 'tank/vols/pvc-1',
  pool: 'tank',
  type: 'FILESYSTEM',
  encrypted: false,
  locked: false,
  userProperties: {},
  userPropertiesRead: true,
  usedBytes: 60,
  referencedBytes: 40,
  usedBySnapshotsBytes: 20,
  usedByChildrenBytes: 0,
  quotaBytes: null,
  refquotaBytes: null,
};

describe('[U] usage/limit', () => {
  it('sees no limit where quota is null or 0', () => {
    assert.equal(limitOf(volume), undefined);
    assert.equal(limitOf({ ...volume, quotaBytes: 0, refquotaBytes: 0 }), undefined);
    assert.equal(utilisationOf(volume), undefined);
  });

  it('takes the smaller of refquota and quota', () => {
    assert.equal(limitOf({ ...volume, refquotaBytes: 80, quotaBytes: 100 }), 80);
    assert.equal(limitOf({ ...volume, refquotaBytes: 120, quotaBytes: 100 }), 100);
  });

  it('compares live data with refquota and everything with quota, and says the tighter', () => {
    assert.equal(utilisationOf({ ...volume, refquotaBytes: 80 }), 0.5);
    assert.equal(utilisationOf({ ...volume, quotaBytes: 80 }), 0.75);
    assert.equal(utilisationOf({ ...volume, refquotaBytes: 80, quotaBytes: 80 }), 0.75);
    assert.equal(utilisationOf({ ...volume, refquotaBytes: 40 }), 1);
  });

  it('does not know a utilisation when one of its parts is not known', () => {
    const { usedBytes: _, ...rest } = volume;

    assert.equal(utilisationOf({ ...rest, refquotaBytes: 80, quotaBytes: 80 }), undefined);
  });

  it('compares what a zvol refers to with its volsize, not what its reservation holds', () => {
    const zvol: Dataset = { ...volume, type: 'VOLUME', volsizeBytes: 100, usedBytes: 120 };

    assert.equal(utilisationOf(zvol), 0.4);
    assert.equal(worstCaseOf(zvol, undefined), 120);
  });

  it('lets snapshots grow inside a quota but beside a refquota', () => {
    assert.equal(worstCaseOf({ ...volume, quotaBytes: 100 }, undefined), 100);
    assert.equal(worstCaseOf({ ...volume, refquotaBytes: 100 }, undefined), 120);
    assert.equal(worstCaseOf({ ...volume, quotaBytes: 100, refquotaBytes: 100 }, undefined), 100);
  });

  it('takes what Kubernetes promised where ZFS sets no limit, and does not guess without it', () => {
    assert.equal(worstCaseOf(volume, 200), 220);
    assert.equal(worstCaseOf(volume, 0), 60);
    assert.equal(worstCaseOf(volume, undefined), undefined);
  });
});
