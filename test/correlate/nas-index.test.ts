import assert from 'node:assert/strict';
import { indexNas, itemsOf, ownProperty } from '../../src/correlate/nas-index.ts';
import type { Dataset, NasSections, UserProperty } from '../../src/model/truenas.ts';
import {
  failed,
  makeDataset,
  makeExtent,
  makeNamespace,
  makeNas,
  makeNfsShare,
  makeSmbShare,
  makeSubsystem,
  makeTarget,
  makeTargetExtent,
  makeZfsSnapshot,
  makeZvol,
  own,
  read,
} from './support/small.ts';

const index = (sections: Partial<NasSections>) => indexNas(makeNas(sections));
const indexDatasets = (...datasets: Dataset[]) => index({ datasets: read(datasets) });
const called = (rows: readonly { readonly name: string }[] | undefined) => rows?.map(({ name }) => name);
const numbered = (rows: readonly { readonly id: number }[] | undefined) => rows?.map(({ id }) => id);

describe('[U] correlate/nas-index', () => {
  describe('datasets', () => {
    it('are found by the whole name and by its last part, in every place that has one', () => {
      const of = indexDatasets(makeDataset('tank'), makeDataset('tank/k8s/pvc-1'), makeDataset('backup/pvc-1'));

      assert.equal(of.datasets.get('tank/k8s/pvc-1')?.name, 'tank/k8s/pvc-1');
      assert.deepEqual(called(of.datasetsByLeaf.get('pvc-1')), ['tank/k8s/pvc-1', 'backup/pvc-1']);
      assert.deepEqual(called(of.datasetsByLeaf.get('tank')), ['tank']);
      assert.equal(of.datasets.size, 3);
    });

    it('are found by the name that CSI gave them, where it is their own', () => {
      const named = own({ csi_volume_name: 'pvc-1' });
      const of = indexDatasets(
        makeDataset('tank/k8s/hashed', { userProperties: named }),
        makeDataset('tank/k8s/hashed/app', { userProperties: own({ csi_volume_name: 'pvc-1' }, 'INHERITED') }),
        makeDataset('tank/k8s/pvc-2'),
      );

      assert.deepEqual(called(of.datasetsByCsiName.get('pvc-1')), ['tank/k8s/hashed']);
      assert.equal(of.datasetsByCsiName.size, 1);
    });

    it('are found by where they are mounted, without trailing slashes; a zvol is mounted nowhere', () => {
      const of = indexDatasets(makeDataset('tank/k8s/a', { mountpoint: '/mnt/tank/k8s/a/' }), makeZvol('tank/k8s/b'));

      assert.deepEqual([...of.datasetsByMountpoint.keys()], ['/mnt/tank/k8s/a']);
    });

    it('are found below their parents, one level deep', () => {
      const of = indexDatasets(...['tank', 'tank/a', 'tank/b', 'tank/a/c'].map((name) => makeDataset(name)));

      assert.deepEqual(called(of.childrenOf.get('tank')), ['tank/a', 'tank/b']);
      assert.deepEqual(called(of.childrenOf.get('tank/a')), ['tank/a/c']);
      assert.equal(of.childrenOf.size, 2);
    });

    it('are found as clones, by snapshot and by source', () => {
      const of = indexDatasets(
        makeDataset('tank/a'),
        makeDataset('tank/b', { origin: 'tank/a@one' }),
        makeDataset('tank/c', { origin: 'tank/a@one' }),
        makeDataset('tank/d', { origin: 'tank/a@two' }),
      );

      assert.deepEqual(
        [...of.clonesOfSnapshot],
        [
          ['tank/a@one', ['tank/b', 'tank/c']],
          ['tank/a@two', ['tank/d']],
        ],
      );
      assert.deepEqual([...of.clonesOfDataset], [['tank/a', ['tank/b', 'tank/c', 'tank/d']]]);
      assert.deepEqual([...of.cloneOriginsOfDataset], [['tank/a', ['tank/a@one', 'tank/a@one', 'tank/a@two']]]);
    });
  });

  it('finds snapshots by the whole name, by the part after @, and by dataset', () => {
    const of = index({ snapshots: read([makeZfsSnapshot('tank/a@one'), makeZfsSnapshot('tank/b@one')]) });

    assert.equal(of.snapshots.get('tank/a@one')?.dataset, 'tank/a');
    assert.deepEqual(called(of.snapshotsByName.get('one')), ['tank/a@one', 'tank/b@one']);
    assert.deepEqual(called(of.snapshotsOfDataset.get('tank/b')), ['tank/b@one']);
  });

  it('finds shares by each of their paths, without trailing slashes; an external SMB share has none', () => {
    const of = index({
      nfsShares: read([
        makeNfsShare(1, '', { paths: ['/mnt/tank/a/', '/mnt/tank/b'] }),
        makeNfsShare(2, '/mnt/tank/a'),
      ]),
      smbShares: read([makeSmbShare(3, 'a', { path: '/mnt/tank/a/' }), makeSmbShare(4, 'external')]),
    });

    assert.deepEqual(numbered(of.nfsByPath.get('/mnt/tank/a')), [1, 2]);
    assert.deepEqual(numbered(of.nfsByPath.get('/mnt/tank/b')), [1]);
    assert.deepEqual(numbered(of.smbByPath.get('/mnt/tank/a')), [3]);
    assert.equal(of.smbByPath.size, 1);
  });

  describe('block devices', () => {
    const iscsi = {
      iscsiExtents: read([makeExtent(1, 'pvc-1', { zvol: 'tank/k8s/pvc-1' }), makeExtent(2, 'file', { type: 'FILE' })]),
      iscsiTargets: read([makeTarget(7, 'pvc-1'), makeTarget(8, 'spare')]),
    };

    it('are found by zvol, by id and by name', () => {
      const of = index(iscsi);

      assert.deepEqual(numbered(of.extentsByZvol.get('tank/k8s/pvc-1')), [1]);
      assert.equal(of.extentsByZvol.size, 1);
      assert.equal(of.extentsById.get(2)?.name, 'file');
      assert.equal(of.targetsById.get(8)?.name, 'spare');
      assert.deepEqual([...of.targetsByIqn.keys()], ['pvc-1', 'spare']);
    });

    it('are found by the whole IQN too, once the base name is known', () => {
      const basename = 'iqn.2005-10.org.freenas.ctl';
      const of = index({ ...iscsi, iscsiGlobal: read([{ basename }]) });

      assert.equal(of.targetsByIqn.get(`${basename}:pvc-1`)?.id, 7);
      assert.equal(of.targetsByIqn.get('pvc-1')?.id, 7);
      assert.equal(of.targetsByIqn.size, 4);
    });

    it('are tied by associations, of which one with a missing side ties nothing to it', () => {
      const links = [makeTargetExtent(1, 7, 1), makeTargetExtent(2, 99, 2), makeTargetExtent(3, 8, 98)];
      const of = index({ ...iscsi, iscsiTargetExtents: read(links) });

      assert.deepEqual(numbered(of.targetsOfExtent.get(1)), [7]);
      assert.deepEqual(numbered(of.extentsOfTarget.get(7)), [1]);
      assert.deepEqual(numbered(of.extentsOfTarget.get(99)), [2]);
      assert.deepEqual(numbered(of.targetsOfExtent.get(98)), [8]);
      assert.equal(of.targetsOfExtent.get(2), undefined);
      assert.equal(of.extentsOfTarget.get(8), undefined);
    });

    it('are found over NVMe-oF by zvol, and their subsystem by id', () => {
      const of = index({
        nvmeNamespaces: read([makeNamespace(1, 5, { zvol: 'tank/k8s/pvc-1' }), makeNamespace(2, 5)]),
        nvmeSubsystems: read([makeSubsystem(5, 'pvc-1')]),
      });

      assert.deepEqual(numbered(of.namespacesByZvol.get('tank/k8s/pvc-1')), [1]);
      assert.equal(of.namespacesByZvol.size, 1);
      assert.equal(of.subsystemsById.get(5)?.name, 'pvc-1');
    });
  });

  it('has no items of a list that failed, and names it when asked', () => {
    const nas = makeNas({ datasets: failed('timeout'), snapshots: read([makeZfsSnapshot('tank/a@one')]) });

    assert.deepEqual(itemsOf(nas, 'datasets'), []);
    assert.equal(itemsOf(nas, 'snapshots').length, 1);
    assert.deepEqual(indexNas(nas).unread(['datasets', 'snapshots']), [
      { source: 'nas/nas01', name: 'datasets', because: 'timeout' },
    ]);
    assert.deepEqual(indexNas(nas).unread(['snapshots']), []);
  });

  describe("a dataset's own user property", () => {
    const key = 'democratic-csi:csi_volume_name';
    const ownValue = (value: string, source: UserProperty['source'], above?: string) => {
      const dataset = makeDataset('tank/k8s/pvc-1', { userProperties: own({ csi_volume_name: value }, source) });
      const parent = makeDataset('tank/k8s', {
        userProperties: above === undefined ? {} : own({ csi_volume_name: above }),
      });
      return ownProperty(dataset, new Map([parent, dataset].map((one) => [one.name, one])), key);
    };

    it('is what was set on it or came with it, whatever the parent says', () => {
      assert.equal(ownValue('pvc-1', 'LOCAL', 'pvc-1'), 'pvc-1');
      assert.equal(ownValue('pvc-1', 'RECEIVED', 'pvc-1'), 'pvc-1');
    });

    it('is nothing that was handed down', () => {
      assert.equal(ownValue('pvc-1', 'INHERITED'), undefined);
      assert.equal(ownValue('pvc-1', 'INHERITED', 'pvc-2'), undefined);
    });

    it('is, from a release that names no source, what differs from the parent', () => {
      assert.equal(ownValue('pvc-1', 'UNKNOWN', 'pvc-1'), undefined);
      assert.equal(ownValue('pvc-1', 'UNKNOWN', 'pvc-2'), 'pvc-1');
      assert.equal(ownValue('pvc-1', 'UNKNOWN'), 'pvc-1');
    });

    it('is its own on a pool, above which nothing is, and where the parent was not listed', () => {
      const named = { userProperties: own({ csi_volume_name: 'x' }, 'UNKNOWN') };

      assert.equal(ownProperty(makeDataset('tank', named), new Map(), key), 'x');
      assert.equal(ownProperty(makeDataset('tank/k8s', named), new Map(), key), 'x');
    });

    it('is nothing where it is empty, a dash, or not there', () => {
      assert.equal(ownValue('', 'LOCAL'), undefined);
      assert.equal(ownValue('-', 'LOCAL'), undefined);
      assert.equal(ownProperty(makeDataset('tank/k8s/pvc-1'), new Map(), key), undefined);
    });
  });
});
