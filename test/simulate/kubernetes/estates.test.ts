import assert from 'node:assert/strict';
import { checkCases } from '../../../fixtures/estates/checks/cases.ts';
import { demoEstate } from '../../../fixtures/estates/demo/demo.ts';
import { generateEstate } from '../../../fixtures/generator/generate.ts';
import { clusterSectionNames } from '../../../src/collect/kubernetes/index.ts';
import type { ClusterSectionName } from '../../../src/model/kubernetes.ts';
import type { ClusterState, Estate } from '../../../src/simulate/estate.ts';
import { closeSimulated, openSimulated } from '../../support/open-simulated.ts';

const kinds: Readonly<Partial<Record<ClusterSectionName, string>>> = {
  persistentVolumes: 'PersistentVolume',
  claims: 'PersistentVolumeClaim',
  storageClasses: 'StorageClass',
  volumeSnapshots: 'VolumeSnapshot',
  volumeSnapshotContents: 'VolumeSnapshotContent',
  volumeSnapshotClasses: 'VolumeSnapshotClass',
  volumeAttachments: 'VolumeAttachment',
  csiDrivers: 'CSIDriver',
  csiNodes: 'CSINode',
  nodes: 'Node',
  pods: 'Pod',
};

describe('[U] simulate/kubernetes serves every estate so that it is read whole', () => {
  afterEach(closeSimulated);

  it('the demo', () => readEstate(demoEstate()));

  it('the estate of every check', async () => {
    assert.ok(checkCases.length > 40);
    for (const { estate } of checkCases) await readEstate(estate());
  });

  it('estates from the generator', async () => {
    for (const seed of [1, 2, 3]) await readEstate(generateEstate(seed));
  });
});

async function readEstate(estate: Estate): Promise<void> {
  assert.notEqual(estate.clusters.length, 0);
  for (const state of estate.clusters) await readCluster(state, estate);
  await closeSimulated();
}

async function readCluster(state: ClusterState, estate: Estate): Promise<void> {
  const now = () => new Date(estate.now);
  const { cluster } = await openSimulated(state, { simulator: { now }, deps: { now }, target: { pageSize: 7 } });

  const inventory = await cluster.collect();

  assert.equal(inventory.uid, state.uid);
  for (const name of clusterSectionNames) {
    const section = inventory.sections[name];
    const label = `${estate.name} ${state.name} ${name}`;
    assert.ok(section.ok, section.ok ? '' : `${label}: ${section.error.message}`);
    assert.equal(section.unreadable, undefined, label);
    const kind = kinds[name];
    if (kind !== undefined && section.absent === undefined)
      assert.equal(section.items.length, state.objects.filter((object) => object.kind === kind).length, label);
  }
}
