import assert from 'node:assert/strict';
import { linkSnapshots } from '../../src/correlate/snapshots.ts';
import type { Backend } from '../../src/model/backend.ts';
import type { ClusterSections } from '../../src/model/kubernetes.ts';
import type { DatasetLink } from '../../src/model/links.ts';
import {
  failed,
  indexOfClusters,
  indexOfNases,
  makeBackend,
  makeCluster,
  makeContent,
  makeDataset,
  makeNas,
  makeSnapshotObject,
  makeZfsSnapshot,
  read,
  trueNasDriver,
  uid,
} from './support/small.ts';

const volume = `tank/k8s/pvc-${uid('1')}`;
const made = `snapshot-${uid('2')}`;
const use = (name: string) => ({ kind: 'content', name, from: 'cluster/prod volumeSnapshotContents' });

/** As far as snapshots look at it. */
function datasetOf(name: string, backend?: Backend, nas = 'nas01'): DatasetLink {
  return {
    ...{ nas, dataset: makeDataset(name), role: 'volume', proofs: [], csiName: name, uses: { status: 'absent' } },
    ...{ cloneOrigins: [], clones: [], children: [], contents: [] },
    ...{ snapshots: { status: 'absent' }, shares: { status: 'absent' } },
    ...(backend !== undefined && { backend }),
  };
}

/** The link of one snapshot, on a NAS that lists nothing else. */
function linkOf(name: string, sections: Partial<ClusterSections> = {}, datasets: readonly DatasetLink[] = []) {
  const clusters = indexOfClusters(makeCluster(sections));
  const [link, ...rest] = linkSnapshots(
    clusters,
    indexOfNases(makeNas({ snapshots: read([makeZfsSnapshot(name)]) })),
    datasets,
  );
  assert.deepEqual(rest, []);
  assert.ok(link);
  return link;
}

describe('[U] correlate/snapshots', () => {
  it('tells all about the snapshot of a volume', () => {
    const backend = makeBackend();

    assert.deepEqual(linkOf(`${volume}@${made}`, {}, [datasetOf(volume, backend)]), {
      nas: 'nas01',
      snapshot: makeZfsSnapshot(`${volume}@${made}`),
      origin: 'manual',
      backend,
      snapshotUid: uid('2'),
      uses: { status: 'absent' },
      clones: [],
    });
  });

  it('tells as much as there is about the snapshot of anything else', () => {
    assert.deepEqual(linkOf('tank/media@before-upgrade', {}, [datasetOf('tank/media')]), {
      nas: 'nas01',
      snapshot: makeZfsSnapshot('tank/media@before-upgrade'),
      origin: 'manual',
      uses: { status: 'absent' },
      clones: [],
    });
  });

  it("calls it the driver's by its name alone only below a volume of truenas-csi", () => {
    const official = makeBackend({ driver: trueNasDriver, family: 'truenas-csi' });

    assert.equal(linkOf(`${volume}@${made}`, {}, [datasetOf(volume, official)]).origin, 'csi');
    assert.equal(linkOf(`${volume}@${made}`, {}, [datasetOf(volume, makeBackend())]).origin, 'manual');
    assert.equal(linkOf(`${volume}@${made}`).origin, 'manual');
  });

  it('gives it to the backend of the dataset on its own NAS, where two hold one of the same name', () => {
    const second = makeBackend({ nas: 'nas02' });
    const nases = ['nas01', 'nas02'].map((name) =>
      makeNas({ snapshots: read([makeZfsSnapshot(`${volume}@${made}`)]) }, { name }),
    );

    assert.deepEqual(
      linkSnapshots(indexOfClusters(makeCluster()), indexOfNases(...nases), [datasetOf(volume, second, 'nas02')]).map(
        ({ nas, backend }) => [nas, backend],
      ),
      [
        ['nas01', undefined],
        ['nas02', second],
      ],
    );
  });

  it('names its clones', () => {
    const clone = makeDataset('tank/k8s/clone', { origin: `${volume}@${made}` });
    const nas = makeNas({ datasets: read([clone]), snapshots: read([makeZfsSnapshot(`${volume}@${made}`)]) });

    assert.deepEqual(linkSnapshots(indexOfClusters(makeCluster()), indexOfNases(nas), [])[0]?.clones, [clone.name]);
  });
});

describe('[U] correlate/snapshots, who uses one', () => {
  const usesOf = (name: string, snapshotHandle: string) =>
    linkOf(name, { volumeSnapshotContents: read([makeContent('made', { snapshotHandle })]) }).uses;
  const used = { status: 'found', value: [use('made')] };

  it('is used by the content with its handle, as either driver writes it', () => {
    assert.deepEqual(usesOf(`${volume}@daily`, `pvc-${uid('1')}@daily`), used);
    assert.deepEqual(usesOf(`${volume}@daily`, `${volume}@daily`), used);
  });

  for (const handle of [`pvc-${uid('3')}@daily`, `flash/pvc-${uid('1')}@daily`, `pvc-${uid('1')}@weekly`]) {
    it(`is not used by a content with the handle ${handle}`, () => {
      assert.deepEqual(usesOf(`${volume}@daily`, handle), { status: 'absent' });
    });
  }

  it('is used by whatever volume the handle names once its own name carries a UID, which no other has', () => {
    assert.deepEqual(usesOf(`${volume}@${made}`, `pvc-${uid('3')}@${made}`), used);
  });

  it('is used by the VolumeSnapshot whose UID it carries', () => {
    const lists = { volumeSnapshots: read([makeSnapshotObject('daily', { uid: uid('2') })]) };

    assert.deepEqual(linkOf(`${volume}@${made}`, lists).uses, {
      status: 'found',
      value: [{ kind: 'content', name: 'shop/daily', from: 'cluster/prod volumeSnapshots' }],
    });
  });

  it('leaves it open while a cluster was not read that may use it, and asks no other of an exclusive backend', () => {
    const snapshots = read([makeZfsSnapshot(`${volume}@${made}`)]);
    const clusters = indexOfClusters(makeCluster(), makeCluster({ volumeSnapshots: failed() }, { name: 'dev' }));
    const statusFor = (exclusive: boolean) =>
      linkSnapshots(clusters, indexOfNases(makeNas({ snapshots })), [datasetOf(volume, makeBackend({ exclusive }))])[0]
        ?.uses.status;

    assert.equal(statusFor(false), 'unknown');
    assert.equal(statusFor(true), 'absent');
  });

  it('asks for each backend by itself who uses the snapshots that no object names', () => {
    const [shared, own] = [
      datasetOf('tank/a/v', makeBackend()),
      datasetOf('tank/b/v', makeBackend({ exclusive: true })),
    ];
    const names = ['tank/a/v@daily', 'tank/b/v@daily', 'tank/a/v@weekly', 'tank/b/v@weekly', 'tank/media@daily'];
    const nas = makeNas({ snapshots: read(names.map((name) => makeZfsSnapshot(name))) });
    const clusters = indexOfClusters(makeCluster(), makeCluster({ volumeSnapshots: failed() }, { name: 'dev' }));

    assert.deepEqual(
      linkSnapshots(clusters, indexOfNases(nas), [shared, own]).map(({ uses }) => uses.status),
      ['unknown', 'absent', 'unknown', 'absent', 'unknown'],
    );
  });
});
