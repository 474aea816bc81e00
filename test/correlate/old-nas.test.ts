import assert from 'node:assert/strict';
import { removeShares } from '../../fixtures/builder/accidents/kubernetes-side.ts';
import { destroyDataset } from '../../fixtures/builder/nas.ts';
import { use } from '../../fixtures/builder/workloads.ts';
import { nasOf, toEstate } from '../../fixtures/builder/world.ts';
import { newBase } from '../../fixtures/estates/checks/base.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import type { PersistentVolume } from '../../src/model/kubernetes.ts';
import { judgeEstate } from '../support/judge-estate.ts';

/** A mounted volume of a declared driver; it names the server given. Nothing of it is on nas01, or a copy of its dataset. */
function judgeVolumeOn(server: string, here: 'nothing' | 'copy' = 'nothing') {
  const { world, volume } = newBase('a driver that was moved to another NAS');
  const older = volume();
  use(world, older);
  removeShares(world, older);
  if (here === 'nothing') destroyDataset(nasOf(world, 'nas01'), older.datasetName);
  const moved = (pv: PersistentVolume): PersistentVolume =>
    pv.name === older.csiName && pv.csi !== undefined
      ? { ...pv, csi: { ...pv.csi, attributes: { ...pv.csi.attributes, server } } }
      : pv;
  const change = (inventory: Inventory): Inventory => ({
    ...inventory,
    clusters: inventory.clusters.map((cluster) => {
      const { persistentVolumes } = cluster.sections;
      if (!persistentVolumes.ok) return cluster;
      const section = { ...persistentVolumes, items: persistentVolumes.items.map(moved) };
      return { ...cluster, sections: { ...cluster.sections, persistentVolumes: section } };
    }),
  });
  const { drafts, outcomes } = judgeEstate(toEstate(world), { change });
  const isIt = (name: string) => name === older.csiName || name === older.datasetName;
  const ofIt = <T extends { readonly name: string }>(rows: readonly T[]) => rows.filter(({ name }) => isIt(name));
  return {
    found: drafts.filter(({ resource }) => isIt(resource.name)).map(({ check }) => check),
    undecided: outcomes.flatMap(({ id, undecided }) => ofIt(undecided).map(({ because }) => `${id}: ${because}`)),
  };
}

describe('[U] correlate, a volume of a driver that was moved to another NAS', () => {
  it('is not called lost: config does not know the NAS that it names', () => {
    assert.deepEqual(judgeVolumeOn('10.77.0.5'), {
      found: [],
      undecided: [
        'volume-without-backend: cluster/prod persistentVolumes: its server 10.77.0.5 is none of the NASes in config',
      ],
    });
  });

  it('is called lost where it names a NAS that was read', () => {
    assert.deepEqual(judgeVolumeOn('10.9.0.5'), { found: ['volume-without-backend'], undecided: [] });
  });

  it('is not called unserved, where a copy of it is on the NAS that its driver has now', () => {
    assert.deepEqual(judgeVolumeOn('10.77.0.5', 'copy'), {
      found: [],
      undecided: [
        'backend-without-share: nas/nas01 nfsShares: its server 10.77.0.5 is not known as an address of nas01',
      ],
    });
  });

  it('is called unserved where it names the NAS that has its dataset and no share', () => {
    assert.deepEqual(judgeVolumeOn('10.9.0.5', 'copy'), { found: ['backend-without-share'], undecided: [] });
  });
});
