import assert from 'node:assert/strict';
import { linkContents } from '../../src/correlate/contents.ts';
import type { Backend } from '../../src/model/backend.ts';
import type { PersistentVolume, VolumeSnapshotContent } from '../../src/model/kubernetes.ts';
import type { NasInventory, NasSections } from '../../src/model/truenas.ts';
import {
  failed,
  indexOfClusters,
  indexOfNases,
  makeBackend,
  makeCluster,
  makeContent,
  makeCsi,
  makeDataset,
  makeNas,
  makeReplication,
  makeVolume,
  makeZfsSnapshot,
  own,
  read,
  trueNasDriver,
} from './support/small.ts';

const ours = makeBackend({ parents: ['tank/old', 'tank/k8s'], detachedParents: ['tank/snaps'] });

const snapshots = (...names: string[]) => ({ snapshots: read(names.map((name) => makeZfsSnapshot(name))) });
const datasets = (...names: string[]) => ({ datasets: read(names.map((name) => makeDataset(name))) });

function linksOf(
  contents: readonly VolumeSnapshotContent[],
  nases: readonly NasInventory[],
  backends: readonly Backend[],
) {
  const clusters = indexOfClusters(makeCluster({ volumeSnapshotContents: read(contents) }));
  return linkContents(clusters, indexOfNases(...nases), backends);
}

/** What a content with this handle stands on, on a NAS with these lists. */
function backingOf(handle: string, sections: Partial<NasSections>, backend = ours) {
  const content = makeContent('content-1', { driver: backend.driver, snapshotHandle: handle });
  return linksOf([content], [makeNas(sections)], [backend])[0]?.backing;
}

const found = (kind: 'snapshot' | 'dataset', name: string, nas = 'nas01') => ({
  status: 'found',
  value: { nas, name, kind },
});

describe('[U] correlate/contents, which contents', () => {
  it("links the contents of a backend's driver in its cluster, and no other", () => {
    const contents = [makeContent('mine'), makeContent('other', { driver: 'csi.example.org' })];
    const elsewhere = makeBackend({ cluster: 'dev' });

    assert.deepEqual(
      linksOf(contents, [makeNas()], [elsewhere, ours]).map(({ cluster, content, backend }) => [
        cluster,
        content.name,
        backend,
      ]),
      [['prod', 'mine', ours]],
    );
    assert.deepEqual(linksOf(contents, [makeNas()], [elsewhere]), []);
  });

  it('leaves open what a content without any handle stands on', () => {
    const [link] = linksOf([makeContent('new')], [makeNas()], [ours]);

    assert.deepEqual(link?.backing, { status: 'unknown', unread: [] });
    assert.equal(link?.backend, ours);
  });

  it('takes the handle of a content written by hand, and the one in the status before it', () => {
    const nas = makeNas(snapshots('tank/k8s/pvc-1@given', 'tank/k8s/pvc-1@made'));
    const given = makeContent('given', { sourceSnapshotHandle: 'pvc-1@given' });
    const both = makeContent('both', { sourceSnapshotHandle: 'pvc-1@given', snapshotHandle: 'pvc-1@made' });

    assert.deepEqual(
      linksOf([given, both], [nas], [ours]).map(({ backing }) => backing),
      [found('snapshot', 'tank/k8s/pvc-1@given'), found('snapshot', 'tank/k8s/pvc-1@made')],
    );
  });

  it('gives a driver with backends on two NASes the one that holds the snapshot, else the first', () => {
    const second = makeBackend({
      nas: 'nas02',
      parents: ['flash/new', 'flash/k8s'],
      detachedParents: ['flash/snaps', 'flash/none'],
    });
    const nases = [
      makeNas(datasets('tank/k8s/pvc-2')),
      makeNas(
        { ...snapshots('flash/k8s/pvc-1@snapshot-1'), ...datasets('flash/snaps/pvc-1/snapshot-2') },
        { name: 'nas02' },
      ),
    ];
    const contents = ['pvc-1@snapshot-1', 'pvc-1/snapshot-2', 'pvc-1@gone'].map((snapshotHandle) =>
      makeContent(snapshotHandle, { snapshotHandle }),
    );

    assert.deepEqual(
      linksOf(contents, nases, [ours, second]).map(({ backend, backing }) => [backend, backing]),
      [
        [second, found('snapshot', 'flash/k8s/pvc-1@snapshot-1', 'nas02')],
        [second, found('dataset', 'flash/snaps/pvc-1/snapshot-2', 'nas02')],
        [ours, { status: 'absent' }],
      ],
    );
  });

  it('leaves open what stands on a NAS that is not in the inventory, whatever another NAS says', () => {
    const content = makeContent('content-1', { snapshotHandle: 'pvc-1@snapshot-1' });
    const missing = makeBackend({ nas: 'nas02' });

    assert.deepEqual(
      linksOf([content], [makeNas()], [ours, missing]).map(({ backend, backing }) => [backend, backing]),
      [[ours, { status: 'unknown', unread: [] }]],
    );
  });
});

describe('[U] correlate/contents, at its place', () => {
  it('finds the snapshot of a volume below one of the parents, not the one of the same name elsewhere', () => {
    const lists = snapshots('tank/snaps/pvc-1@snapshot-1', 'tank/k8s/pvc-1@snapshot-1');

    assert.deepEqual(backingOf('pvc-1@snapshot-1', lists), found('snapshot', 'tank/k8s/pvc-1@snapshot-1'));
  });

  it('finds a detached snapshot below its own parent, not what a user made inside the volume', () => {
    const lists = datasets('tank/k8s/pvc-1/snapshot-1', 'tank/snaps/pvc-1/snapshot-1');

    assert.deepEqual(backingOf('pvc-1/snapshot-1', lists), found('dataset', 'tank/snaps/pvc-1/snapshot-1'));
  });

  it("finds truenas-csi's snapshot by its handle, which is the whole name", () => {
    const backend = makeBackend({ driver: trueNasDriver, family: 'truenas-csi', parents: ['tank'] });
    const lists = snapshots('tank/tank/pvc-1@snapshot-1', 'tank/pvc-1@snapshot-1');

    assert.deepEqual(backingOf('tank/pvc-1@snapshot-1', lists, backend), found('snapshot', 'tank/pvc-1@snapshot-1'));
  });

  it('finds it at its place even when the lists of other places failed', () => {
    const lists = { ...snapshots('tank/k8s/pvc-1@snapshot-1'), datasets: failed(), replications: failed() };

    assert.deepEqual(backingOf('pvc-1@snapshot-1', lists), found('snapshot', 'tank/k8s/pvc-1@snapshot-1'));
  });
});

describe('[U] correlate/contents, elsewhere', () => {
  it('finds a snapshot below a parent that nobody told, on any NAS', () => {
    const content = makeContent('content-1', { snapshotHandle: 'pvc-1@snapshot-1' });
    const other = makeNas(snapshots('flash/moved/pvc-1@snapshot-1'), { name: 'nas02' });

    assert.deepEqual(
      linksOf([content], [makeNas(), other], [ours])[0]?.backing,
      found('snapshot', 'flash/moved/pvc-1@snapshot-1', 'nas02'),
    );
  });

  it('finds a detached snapshot below a parent that nobody told', () => {
    assert.deepEqual(
      backingOf('pvc-1/snapshot-1', datasets('flash/moved/pvc-1/snapshot-1')),
      found('dataset', 'flash/moved/pvc-1/snapshot-1'),
    );
  });

  it("finds truenas-csi's snapshot on another NAS, where its name is the same", () => {
    const backend = makeBackend({ driver: trueNasDriver, family: 'truenas-csi', nas: 'nas02' });

    assert.deepEqual(
      backingOf('tank/pvc-1@snapshot-1', snapshots('tank/pvc-1@snapshot-1'), backend),
      found('snapshot', 'tank/pvc-1@snapshot-1'),
    );
  });

  const others: readonly (readonly [handle: string, lists: Partial<NasSections>])[] = [
    ['pvc-1@snapshot-1', snapshots('tank/k8s/pvc-1@snapshot-2')],
    ['pvc-1@snapshot-1', snapshots('tank/k8s/pvc-2@snapshot-1')],
    ['pvc-1@snapshot-1', snapshots('tank/k8s/old-pvc-1@snapshot-1')],
    ['pvc-1@snapshot-1', datasets('tank/k8s/pvc-1')],
    ['pvc-1/snapshot-1', datasets('tank/snaps/pvc-2/snapshot-1')],
    ['pvc-1/snapshot-1', datasets('tank/snaps/old-pvc-1/snapshot-1')],
    ['pvc-1/snapshot-1', datasets('tank/snaps/pvc-1')],
    ['pvc-1/snapshot-1', snapshots('tank/snaps/pvc-1@snapshot-1')],
  ];
  for (const [handle, lists] of others) {
    it(`does not take ${JSON.stringify(namesIn(lists))} for ${handle}`, () => {
      assert.deepEqual(backingOf(handle, lists), { status: 'absent' });
    });
  }

  it('does not take a copy that a replication made for the snapshot, but the original beside it', () => {
    const copy = makeDataset('flash/copy/pvc-1');
    const lists = { datasets: read([copy]), replications: read([makeReplication('flash/copy')]) };
    const both = snapshots('flash/copy/pvc-1@snapshot-1', 'tank/moved/pvc-1@snapshot-1');

    assert.deepEqual(backingOf('pvc-1@snapshot-1', { ...lists, ...snapshots('flash/copy/pvc-1@snapshot-1') }), {
      status: 'absent',
    });
    assert.deepEqual(
      backingOf('pvc-1@snapshot-1', { ...lists, ...both }),
      found('snapshot', 'tank/moved/pvc-1@snapshot-1'),
    );
  });

  it('does not take a received dataset for the detached snapshot, but the original beside it', () => {
    const received = makeDataset('flash/copy/pvc-1/snapshot-1', {
      userProperties: own({ csi_snapshot_name: 'snapshot-1' }, 'RECEIVED'),
    });
    const original = makeDataset('tank/moved/pvc-1/snapshot-1');

    assert.deepEqual(backingOf('pvc-1/snapshot-1', { datasets: read([received]) }), { status: 'absent' });
    assert.deepEqual(
      backingOf('pvc-1/snapshot-1', { datasets: read([received, original]) }),
      found('dataset', original.name),
    );
  });
});

describe('[U] correlate/contents, not seen', () => {
  const unread = (name: string, nas = 'nas01') => ({ source: `nas/${nas}`, name, because: 'no connection' });

  for (const section of ['snapshots', 'datasets', 'replications'] as const) {
    it(`leaves a snapshot open while ${section} were not read`, () => {
      assert.deepEqual(backingOf('pvc-1@snapshot-1', { [section]: failed() }), {
        status: 'unknown',
        unread: [unread(section)],
      });
    });
  }

  for (const section of ['datasets', 'replications'] as const) {
    it(`leaves a detached snapshot open while ${section} were not read`, () => {
      assert.deepEqual(backingOf('pvc-1/snapshot-1', { [section]: failed() }), {
        status: 'unknown',
        unread: [unread(section)],
      });
    });
  }

  it('calls a detached snapshot absent without the list of snapshots: it is a dataset', () => {
    assert.deepEqual(backingOf('pvc-1/snapshot-1', { snapshots: failed() }), { status: 'absent' });
  });

  it('leaves it open while another NAS was not read', () => {
    const content = makeContent('content-1', { snapshotHandle: 'pvc-1@snapshot-1' });
    const other = makeNas({ snapshots: failed() }, { name: 'nas02' });

    assert.deepEqual(linksOf([content], [makeNas(), other], [ours])[0]?.backing, {
      status: 'unknown',
      unread: [unread('snapshots', 'nas02')],
    });
  });
});

describe('[U] correlate/contents, of a volume on a NAS that config does not know', () => {
  const on = (server: string, handle = 'pvc-1') =>
    makeVolume(handle, { csi: makeCsi(handle, { provisioner_driver: 'freenas-nfs', server }) });
  const said = (rest: Partial<VolumeSnapshotContent>, ...volumes: PersistentVolume[]) => {
    const lists = {
      persistentVolumes: read(volumes),
      volumeSnapshotContents: read([makeContent('content-1', { driver: ours.driver, ...rest })]),
    };
    const links = linkContents(indexOfClusters(makeCluster(lists)), indexOfNases(makeNas()), [ours]);
    const backing = links[0]?.backing;
    return backing?.status === 'unknown' ? backing.unread.map(({ because }) => because) : backing?.status;
  };
  const elsewhere = ['its server 10.77.0.5 is none of the NASes in config'];

  it('leaves its snapshot open, by the handle of the volume or by that of the snapshot', () => {
    const sourceVolumeHandle = 'pvc-1';

    assert.deepEqual(
      said({ snapshotHandle: 'x@snapshot-1', sourceVolumeHandle }, on('10.77.0.5'), on('10.9.0.5', 'x')),
      elsewhere,
    );
    assert.deepEqual(said({ snapshotHandle: 'pvc-1@snapshot-1' }, on('10.77.0.5'), on('10.9.0.5', 'pvc-2')), elsewhere);
    assert.deepEqual(said({ sourceSnapshotHandle: 'pvc-1/snapshot-1' }, on('10.77.0.5')), elsewhere);
  });

  it('calls absent what belongs to a volume on a NAS that was read', () => {
    assert.equal(said({ snapshotHandle: 'pvc-1@snapshot-1' }, on('10.9.0.5'), on('10.77.0.5', 'pvc-2')), 'absent');
    assert.equal(said({ snapshotHandle: 'pvc-1/snapshot-1' }, on('10.9.0.5'), on('10.77.0.5', 'pvc-2')), 'absent');
  });

  it('leaves open what belongs to a volume that is gone, once another of its driver lies there', () => {
    assert.deepEqual(said({ snapshotHandle: 'pvc-1@snapshot-1' }, on('10.77.0.5', 'pvc-2')), elsewhere);
    assert.equal(said({ snapshotHandle: 'pvc-1@snapshot-1' }, on('10.9.0.5', 'pvc-2')), 'absent');
  });
});

function namesIn({ snapshots: taken, datasets: made }: Partial<NasSections>): readonly string[] {
  return [taken, made].flatMap((list) => (list?.ok === true ? list.items.map(({ name }) => name) : []));
}
