import assert from 'node:assert/strict';
import type { VolumeUsage } from '../../src/model/scan-result.ts';
import { groupUsage } from '../../src/usage/group-usage.ts';

function makeVolume(dataset: string, amounts: Partial<VolumeUsage> = {}): VolumeUsage {
  return {
    cluster: 'prod',
    backend: 'backend/prod/nfs@nas01',
    nas: 'nas01',
    pool: 'tank',
    dataset,
    persistentVolume: dataset,
    uid: dataset,
    kind: 'filesystem',
    usedBytes: 10,
    dataBytes: 8,
    ...amounts,
  };
}

const member = (usage: VolumeUsage | undefined) => ({ key: 'prod/shop', usage });

describe('[U] usage/group-usage', () => {
  it('adds up its volumes', () => {
    const [group] = groupUsage([member(makeVolume('tank/a')), member(makeVolume('tank/b'))]);

    assert.deepEqual(group, { key: 'prod/shop', volumes: 2, unknown: 0, usedBytes: 20, dataBytes: 16 });
  });

  it('counts a volume whose size is not known, instead of adding 0', () => {
    const [group] = groupUsage([member(makeVolume('tank/a')), member(undefined)]);

    assert.deepEqual(group, { key: 'prod/shop', volumes: 2, unknown: 1, usedBytes: 10, dataBytes: 8 });
  });

  it('has no sum when nothing is known', () => {
    assert.deepEqual(groupUsage([member(undefined)]), [{ key: 'prod/shop', volumes: 1, unknown: 1 }]);
  });

  it('has no sum of an amount that one of its volumes does not tell', () => {
    const [group] = groupUsage([member(makeVolume('tank/a')), member(makeVolume('tank/b', { snapshotBytes: 1 }))]);

    assert.equal(group?.snapshotBytes, undefined);
  });

  it('counts the bytes of a dataset once when two volumes stand on it', () => {
    const [group] = groupUsage([
      member(makeVolume('tank/a')),
      member(makeVolume('tank/a', { persistentVolume: 'again' })),
    ]);

    assert.equal(group?.volumes, 2);
    assert.equal(group?.usedBytes, 10);
  });

  it('does not add a dataset that the one above holds already, but adds its own data', () => {
    const [group] = groupUsage([
      member(makeVolume('tank/a', { usedBytes: 30 })),
      member(makeVolume('tank/a/sub/b')),
      member(makeVolume('tank/ab')),
    ]);

    assert.equal(group?.usedBytes, 40);
    assert.equal(group?.dataBytes, 24);
  });
});
