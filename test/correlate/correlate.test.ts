import assert from 'node:assert/strict';
import { correlate } from '../../src/correlate/correlate.ts';
import type { DeclaredBackend } from '../../src/model/options.ts';
import type { Dataset } from '../../src/model/truenas.ts';
import {
  makeCluster,
  makeContent,
  makeDataset,
  makeInventory,
  makeNas,
  makeNfsShare,
  makeVolume,
  makeZfsSnapshot,
  nfsDriver,
  own,
  read,
  uid,
} from './support/small.ts';

const leaf = `pvc-${uid('1')}`;
const declared: DeclaredBackend[] = [
  {
    cluster: 'prod',
    driver: nfsDriver,
    nas: 'nas01',
    family: 'democratic-csi',
    parents: ['tank/k8s'],
    detachedParents: [],
  },
];

/** Of democratic-csi, by the CSI name given. */
const made = (name: string, csiName: string) =>
  makeDataset(name, { userProperties: own({ managed_resource: 'true', csi_volume_name: csiName }) });

function linksOf(datasets: readonly Dataset[], volumes = [makeVolume(leaf)]) {
  const contents = [makeContent('content-1', { snapshotHandle: `${leaf}@daily` })];
  const cluster = makeCluster({ persistentVolumes: read(volumes), volumeSnapshotContents: read(contents) });
  const nas = makeNas({
    datasets: read(datasets),
    snapshots: read([makeZfsSnapshot(`tank/k8s/${leaf}@daily`)]),
    nfsShares: read([makeNfsShare(58, `/mnt/tank/k8s/${leaf}`)]),
  });
  return correlate(makeInventory([cluster], [nas]), declared);
}

describe('[U] correlate', () => {
  it('links the volume, its dataset, snapshot, content and share to one backend', () => {
    const links = linksOf([made(`tank/k8s/${leaf}`, leaf)]);
    const [backend] = links.backends;

    assert.deepEqual(
      [links.volumes, links.datasets, links.snapshots, links.contents, links.shares].map((list) =>
        list.map((link) => link.backend?.id),
      ),
      [[backend?.id], [backend?.id], [backend?.id], [backend?.id], [backend?.id]],
    );
    assert.equal(links.volumes[0]?.backing.status, 'found');
    assert.deepEqual(links.datasets[0]?.uses.status, 'found');
    assert.deepEqual(links.contents[0]?.backing.status, 'found');
    assert.deepEqual(links.unclaimedParents, []);
  });

  it('calls a parent unclaimed whose volumes stand below no backend, and whose names are none that one covers', () => {
    const lost = made('tank/lost/pvc-9', 'pvc-9');

    assert.deepEqual(
      linksOf([made(`tank/k8s/${leaf}`, leaf), lost, made('flash/copy/a', leaf)]).unclaimedParents.map(
        ({ parent, volumes }) => [parent, volumes],
      ),
      [['tank/lost', 1]],
    );
  });

  it('does not call a parent unclaimed for the dataset that holds up a volume', () => {
    const moved = made('tank/moved/pvc-8', 'pvc-8');
    const parents = (volumes: ReturnType<typeof makeVolume>[]) =>
      linksOf([moved], volumes).unclaimedParents.map(({ parent }) => parent);

    assert.deepEqual(parents([makeVolume('pvc-8')]), []);
    assert.deepEqual(parents([makeVolume('pvc-7')]), ['tank/moved']);
  });

  it('tells a dataset that holds up a volume from one of the same name on another NAS', () => {
    const cluster = makeCluster({ persistentVolumes: read([makeVolume('pvc-8')]) });
    const lists = { datasets: read([made('tank/moved/pvc-8', 'pvc-8')]) };
    const nases = [makeNas(lists), makeNas(lists, { name: 'nas02', addresses: ['10.9.0.6'] })];

    assert.deepEqual(
      correlate(makeInventory([cluster], nases), declared).unclaimedParents.map(({ nas }) => nas),
      ['nas02'],
    );
  });
});
