import assert from 'node:assert/strict';
import { destroyDataset } from '../../fixtures/builder/nas.ts';
import { use } from '../../fixtures/builder/workloads.ts';
import { nasOf, toEstate } from '../../fixtures/builder/world.ts';
import { newBase } from '../../fixtures/estates/checks/base.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import type { PersistentVolume } from '../../src/model/kubernetes.ts';
import { judgeEstate } from '../support/judge-estate.ts';

/** A mounted volume of a declared driver that no NAS in config has; it names the server given. */
function judgeVolumeOn(server: string) {
  const { world, volume } = newBase('a driver that was moved to another NAS');
  const older = volume();
  use(world, older);
  destroyDataset(nasOf(world, 'nas01'), older.datasetName);
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
  const ofIt = <T extends { readonly name: string }>(rows: readonly T[]) =>
    rows.filter(({ name }) => name === older.csiName);
  return {
    found: drafts
      .filter(({ resource }) => resource.name === older.csiName)
      .map(({ check, severity }) => `${check} ${severity}`),
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
    assert.deepEqual(judgeVolumeOn('10.9.0.5'), { found: ['volume-without-backend CRITICAL'], undecided: [] });
  });
});
