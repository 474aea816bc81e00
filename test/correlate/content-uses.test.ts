import assert from 'node:assert/strict';
import { lookUpReferrers, referrers, usesOfDetached } from '../../src/correlate/content-uses.ts';
import type { ClusterSections } from '../../src/model/kubernetes.ts';
import {
  failed,
  indexOfClusters,
  makeBackend,
  makeCluster,
  makeContent,
  makeSnapshotObject,
  read,
  uid,
} from './support/small.ts';

const name = `snapshot-${uid('1')}`;
const any = () => true;
const content = (of: string, cluster = 'prod') => ({
  kind: 'content',
  name: of,
  from: `cluster/${cluster} volumeSnapshotContents`,
});

function referrersOf(sections: Partial<ClusterSections>, isSame: (handle: string) => boolean, snapshotUid?: string) {
  return referrers(name, isSame, snapshotUid, indexOfClusters(makeCluster(sections)));
}

describe('[U] correlate/content-uses, who refers to a snapshot', () => {
  it('counts contents by their handle, made by the driver or written by hand', () => {
    const contents = [
      makeContent('made', { snapshotHandle: `pvc-1@${name}` }),
      makeContent('given', { sourceSnapshotHandle: `pvc-1/${name}` }),
      makeContent('other', { snapshotHandle: 'pvc-1@snapshot-other' }),
      makeContent('none'),
    ];

    assert.deepEqual(referrersOf({ volumeSnapshotContents: read(contents) }, any), [content('made'), content('given')]);
  });

  it('lets the caller say which handles are the same, and asks for no handle that is not there', () => {
    const contents = ['pvc-1', 'pvc-2'].map((volume) => makeContent(volume, { snapshotHandle: `${volume}@${name}` }));
    const asked: string[] = [];
    const isSecond = (handle: string) => {
      asked.push(handle);
      return handle.startsWith('pvc-2');
    };

    assert.deepEqual(referrersOf({ volumeSnapshotContents: read(contents) }, isSecond), [content('pvc-2')]);
    assert.deepEqual(asked, [`pvc-1@${name}`, `pvc-2@${name}`]);
  });

  it('counts a content that was made for the VolumeSnapshot and has no handle yet', () => {
    const contents = [
      makeContent(`snapcontent-${uid('1')}`),
      makeContent('bound', { snapshotRef: { namespace: 'shop', name: 'daily', uid: uid('1') } }),
      makeContent(`snapcontent-${uid('2')}`),
    ];
    const lists = { volumeSnapshotContents: read(contents) };

    assert.deepEqual(referrersOf(lists, any, uid('1')), [content(`snapcontent-${uid('1')}`), content('bound')]);
    assert.deepEqual(referrersOf(lists, any), []);
  });

  it('counts a content once that is known both ways', () => {
    const made = makeContent(`snapcontent-${uid('1')}`, { snapshotHandle: `pvc-1@${name}` });

    assert.deepEqual(referrersOf({ volumeSnapshotContents: read([made]) }, any, uid('1')), [content(made.name)]);
  });

  it('counts contents of two clusters both, also when one cluster was restored from the other', () => {
    const lists = { volumeSnapshotContents: read([makeContent('same', { snapshotHandle: `pvc-1@${name}` })]) };
    const clusters = indexOfClusters(makeCluster(lists), makeCluster(lists, { name: 'dev' }));

    assert.deepEqual(referrers(name, any, undefined, clusters), [content('same'), content('same', 'dev')]);
  });

  it('counts the VolumeSnapshot that the name carries, beside its content', () => {
    const lists = {
      volumeSnapshots: read([makeSnapshotObject('daily', { uid: uid('1') }), makeSnapshotObject('other')]),
      volumeSnapshotContents: read([makeContent('made', { snapshotHandle: `pvc-1@${name}` })]),
    };
    const daily = { kind: 'content', name: 'shop/daily', from: 'cluster/prod volumeSnapshots' };

    assert.deepEqual(referrersOf(lists, any, uid('1')), [content('made'), daily]);
    assert.deepEqual(referrersOf(lists, any, uid('3')), [content('made')]);
    assert.deepEqual(referrersOf(lists, any), [content('made')]);
  });
});

describe('[U] correlate/content-uses, of a detached snapshot', () => {
  it('is used by whoever names the last part of its dataset', () => {
    const lists = { volumeSnapshotContents: read([makeContent('made', { snapshotHandle: `pvc-1/${name}` })]) };

    assert.deepEqual(usesOfDetached(`tank/snaps/pvc-1/${name}`, undefined, indexOfClusters(makeCluster(lists))), {
      status: 'found',
      value: [content('made')],
    });
  });

  it('is used by the VolumeSnapshot whose UID it bears', () => {
    const lists = { volumeSnapshots: read([makeSnapshotObject('daily', { uid: uid('1') })]) };

    assert.deepEqual(usesOfDetached(`tank/snaps/pvc-1/${name}`, undefined, indexOfClusters(makeCluster(lists))), {
      status: 'found',
      value: [{ kind: 'content', name: 'shop/daily', from: 'cluster/prod volumeSnapshots' }],
    });
  });
});

describe('[U] correlate/content-uses, nobody refers to it', () => {
  const shared = makeBackend();
  const exclusive = makeBackend({ exclusive: true });
  const unread = (cluster: string, section: string) => ({
    source: `cluster/${cluster}`,
    name: section,
    because: 'no connection',
  });

  it('says absent when both lists of every cluster were read', () => {
    const clusters = indexOfClusters(makeCluster({ pods: failed() }), makeCluster({}, { name: 'dev' }));

    assert.deepEqual(lookUpReferrers([], shared, clusters), { status: 'absent' });
  });

  for (const section of ['volumeSnapshotContents', 'volumeSnapshots'] as const) {
    it(`leaves it open while ${section} of any cluster were not read`, () => {
      const clusters = indexOfClusters(makeCluster(), makeCluster({ [section]: failed() }, { name: 'dev' }));
      const open = { status: 'unknown', unread: [unread('dev', section)] };

      assert.deepEqual(lookUpReferrers([], shared, clusters), open);
      assert.deepEqual(lookUpReferrers([], undefined, clusters), open);
      assert.deepEqual(lookUpReferrers([], exclusive, clusters), { status: 'absent' });
    });

    it(`leaves it open while ${section} of the only cluster that may use it were not read`, () => {
      const clusters = indexOfClusters(makeCluster({ [section]: failed() }), makeCluster({}, { name: 'dev' }));

      assert.deepEqual(lookUpReferrers([], exclusive, clusters), {
        status: 'unknown',
        unread: [unread('prod', section)],
      });
    });
  }

  it('needs no other list once somebody is found', () => {
    const clusters = indexOfClusters(makeCluster({ volumeSnapshots: failed() }));
    const use = { kind: 'content' as const, name: 'made', from: 'cluster/prod volumeSnapshotContents' };

    assert.deepEqual(lookUpReferrers([use], shared, clusters), { status: 'found', value: [use] });
  });
});
