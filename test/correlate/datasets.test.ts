import assert from 'node:assert/strict';
import { indexCoverage } from '../../src/correlate/coverage.ts';
import { linkDatasets } from '../../src/correlate/datasets.ts';
import { type UsesByDataset, useKey } from '../../src/correlate/uses.ts';
import type { Backend } from '../../src/model/backend.ts';
import type { ClusterInventory, ClusterSections } from '../../src/model/kubernetes.ts';
import type { DatasetLink, Use } from '../../src/model/links.ts';
import type { Dataset, NasInventory, NasSections } from '../../src/model/truenas.ts';
import {
  failed,
  indexOfClusters,
  indexOfNases,
  makeBackend,
  makeClaim,
  makeCluster,
  makeContent,
  makeCsi,
  makeDataset,
  makeExtent,
  makeNas,
  makeNfsShare,
  makeReplication,
  makeSnapshotObject,
  makeTarget,
  makeTargetExtent,
  makeVolume,
  makeZfsSnapshot,
  makeZvol,
  own,
  read,
  trueNasDriver,
  uid,
} from './support/small.ts';

interface Field {
  readonly others?: readonly Dataset[];
  readonly backends?: readonly Backend[];
  readonly nas?: Partial<NasSections>;
  readonly moreNases?: readonly NasInventory[];
  readonly cluster?: Partial<ClusterSections>;
  readonly moreClusters?: readonly ClusterInventory[];
  readonly uses?: UsesByDataset;
}

/** The link of one dataset on nas01; undefined when nobody's parent covers it. */
function link(dataset: Dataset, field: Field = {}): DatasetLink | undefined {
  const { others = [], backends = [makeBackend()], nas = {}, cluster = {} } = field;
  const nases = indexOfNases(makeNas({ datasets: read([...others, dataset]), ...nas }), ...(field.moreNases ?? []));
  const clusters = indexOfClusters(makeCluster(cluster), ...(field.moreClusters ?? []));
  const links = linkDatasets(clusters, nases, indexCoverage(backends), field.uses ?? new Map());
  return links.find((one) => one.dataset.name === dataset.name && one.nas === 'nas01');
}

const marks = (csi_volume_name: string, rest: Readonly<Record<string, string>> = { provision_success: 'true' }) =>
  own({ managed_resource: 'true', csi_volume_name, ...rest });
const name = `pvc-${uid('a')}`;
const made = makeDataset(`tank/k8s/${name}`, { userProperties: marks(name) });
const bare = makeDataset('tank/k8s/media');
const unread = (lookup: DatasetLink['uses'] | DatasetLink['snapshots'] | DatasetLink['shares'] | undefined) =>
  lookup?.status === 'unknown' ? lookup.unread.map((ref) => `${ref.source} ${ref.name}`) : lookup?.status;
const names = (lookup: DatasetLink['uses'] | DatasetLink['shares'] | undefined) =>
  lookup?.status === 'found' ? lookup.value.map((one) => `${one.kind} ${one.name}`) : lookup?.status;

describe('[U] correlate/datasets', () => {
  it('links what stands below a parent, on every NAS, and nothing else', () => {
    const there = makeNas(
      { datasets: read([makeDataset('flash/k8s/a'), makeDataset('flash/k8s')]) },
      { name: 'nas02' },
    );
    const backends = [makeBackend(), makeBackend({ nas: 'nas02', id: 'second', parents: ['flash/k8s'] })];
    const here = makeNas({ datasets: read(['tank', 'tank/k8s', 'tank/k8s/a', 'tank/b'].map((at) => makeDataset(at))) });

    const links = linkDatasets(
      indexOfClusters(makeCluster()),
      indexOfNases(here, there),
      indexCoverage(backends),
      new Map(),
    );

    assert.deepEqual(
      links.map(({ nas, dataset, backend }) => [nas, dataset.name, backend?.nas]),
      [
        ['nas01', 'tank/k8s/a', 'nas01'],
        ['nas02', 'flash/k8s/a', 'nas02'],
      ],
    );
  });

  describe('the role of a dataset of democratic-csi', () => {
    const role = (dataset: Dataset, field?: Field) => link(dataset, field)?.role;
    const detaching = { backends: [makeBackend({ detachedParents: ['tank/snaps'] })] };

    it('is a volume once it bears the marks and was finished', () => assert.equal(role(made), 'volume'));

    it('is incomplete when it was never finished', () => {
      assert.equal(role({ ...made, userProperties: marks(name, {}) }), 'incomplete');
      assert.equal(role({ ...made, userProperties: marks(name, { provision_success: 'false' }) }), 'incomplete');
    });

    it('is a volume when its properties were not all read: what is missing proves nothing', () => {
      assert.equal(role({ ...made, userProperties: marks(name, {}), userPropertiesRead: false }), 'volume');
    });

    it('is foreign without marks, though its name is that of a volume', () => {
      assert.equal(role(bare), 'foreign');
      assert.equal(role(makeDataset(`tank/k8s/${name}`)), 'foreign');
    });

    it('is foreign with marks that were handed down', () => {
      const inherited = own({ managed_resource: 'true', csi_volume_name: name }, 'INHERITED');

      assert.equal(role({ ...made, userProperties: inherited }), 'foreign');
    });

    it('is foreign when a deployment made it that is none of ours', () => {
      const theirs = { ...marks(name), ...own({ volume_context_provisioner_instance_id: 'b' }) };
      const found = link({ ...made, userProperties: theirs }, { backends: [makeBackend({ instanceId: 'a' })] });

      assert.equal(found?.role, 'foreign');
      assert.equal(found && 'backend' in found, false);
    });

    it('is a child one level deeper, with or without marks', () => {
      assert.equal(role(makeDataset(`${made.name}/app`, { userProperties: marks(name) }), { others: [made] }), 'child');
      assert.equal(role(makeDataset(`${made.name}/app`)), 'child');
    });

    it('is a copy below the target of a replication, volume or not', () => {
      const nas = { replications: read([makeReplication('tank/k8s')]) };

      assert.equal(role(made, { nas }), 'replica');
      assert.equal(role(bare, { nas }), 'replica');
      assert.equal(role(makeDataset(`${made.name}/app`), { nas }), 'replica');
    });

    it('is a detached snapshot two levels below the detached parent, with the mark of a snapshot', () => {
      const marked = own({ managed_resource: 'true', csi_snapshot_name: 'snapshot-1' });
      const at = (place: string, userProperties: Dataset['userProperties'] = marked) =>
        role(makeDataset(place, { userProperties }), detaching);

      assert.equal(at(`tank/snaps/${name}/snapshot-1`), 'detachedSnapshot');
      assert.equal(at(`tank/snaps/${name}/snapshot-1`, {}), 'child');
      assert.equal(at(`tank/snaps/${name}/snapshot-1/app`), 'child');
    });

    it('is a container one level below the detached parent, with the name of a volume', () => {
      assert.equal(role(makeDataset(`tank/snaps/${name}`), detaching), 'detachedContainer');
      assert.equal(role(makeDataset('tank/snaps/media'), detaching), 'foreign');
    });

    it('is a container with the name of a volume that is there, in any of the parents', () => {
      const backends = [makeBackend({ parents: ['tank/k8s', 'tank/more'], detachedParents: ['tank/snaps'] })];
      const beside = (other: string) =>
        role(makeDataset('tank/snaps/media'), { backends, others: [makeDataset(other)] });

      assert.equal(beside('tank/k8s/media'), 'detachedContainer');
      assert.equal(beside('tank/more/media'), 'detachedContainer');
      assert.equal(beside('tank/other/media'), 'foreign');
    });

    it('is a container with the handle of a volume of some cluster', () => {
      const cluster = { persistentVolumes: read([makeVolume('pv', { csi: makeCsi('media') })]) };

      assert.equal(role(makeDataset('tank/snaps/media'), { ...detaching, cluster }), 'detachedContainer');
    });

    it('is no container as a zvol or with marks of its own', () => {
      assert.equal(role(makeZvol(`tank/snaps/${name}`), detaching), 'foreign');
      assert.equal(role(makeDataset(`tank/snaps/${name}`, { userProperties: marks(name) }), detaching), 'foreign');
    });
  });

  describe('the role of a dataset of truenas-csi', () => {
    const backends = [makeBackend({ driver: trueNasDriver, family: 'truenas-csi', parents: ['tank/k8s'] })];
    const role = (dataset: Dataset, nas: Partial<NasSections> = {}) => link(dataset, { backends, nas })?.role;

    it('is a volume by its name', () => assert.equal(role(makeDataset(`tank/k8s/${name}`)), 'volume'));

    it('is a volume by the comment of its share', () => {
      const nfsShares = read([makeNfsShare(1, '/mnt/tank/k8s/media', { comment: 'CSI volume tank/k8s/media' })]);

      assert.equal(role(bare, { nfsShares }), 'volume');
    });

    it('is foreign without either, also when a target has the name of a volume', () => {
      const nas = {
        iscsiTargets: read([makeTarget(7, `csi-${name}`)]),
        iscsiExtents: read([makeExtent(1, 'media', { zvol: 'tank/k8s/media' })]),
        iscsiTargetExtents: read([makeTargetExtent(1, 7, 1)]),
      };

      assert.equal(role(bare), 'foreign');
      assert.equal(role(makeZvol('tank/k8s/media'), nas), 'foreign');
    });

    it('is a child one level deeper', () => assert.equal(role(makeDataset(`tank/k8s/media/${name}`)), 'child'));
  });

  describe('the name and the claim of a dataset', () => {
    it('are what CSI called it', () => {
      const hashed = makeDataset('tank/k8s/hashed', { userProperties: marks(name) });

      assert.equal(link(hashed)?.csiName, name);
      assert.equal(link(hashed)?.claimUid, uid('a'));
    });

    it('are what its own name says where CSI left none', () => {
      assert.equal(link(makeDataset(`tank/k8s/${name}`))?.csiName, name);
      assert.equal(link(makeDataset(`tank/k8s/${name}`))?.claimUid, uid('a'));
      assert.equal(link(bare)?.csiName, 'media');
      assert.equal('claimUid' in (link(bare) ?? {}), false);
    });

    it('are the claim of its own name where that of CSI carries none', () => {
      const found = link(makeDataset(`tank/k8s/${name}`, { userProperties: marks('by-hand') }));

      assert.equal(found?.csiName, 'by-hand');
      assert.equal(found?.claimUid, uid('a'));
    });
  });

  describe('who uses a dataset', () => {
    const uses = (dataset: Dataset, field?: Field) => link(dataset, field)?.uses;
    const session: Use = { kind: 'session', name: '10.9.1.1', from: 'nas/nas01 nfsClients' };
    const exclusive = [makeBackend({ exclusive: true })];
    const staging = (sections: Partial<ClusterSections>) => [makeCluster(sections, { name: 'staging' })];

    it('is everybody who was seen to, and the claim that it was made for', () => {
      const claims = read([makeClaim('media', { uid: uid('A') })]);
      const known = new Map([[useKey('nas01', made.name), [session]]]);

      assert.deepEqual(uses(made, { uses: known }), { status: 'found', value: [session] });
      assert.deepEqual(uses(made, { cluster: { claims } }), {
        status: 'found',
        value: [{ kind: 'claim', name: 'shop/media', from: 'cluster/prod claims' }],
      });
      assert.deepEqual(names(uses(made, { uses: known, cluster: { claims } })), [
        ...['session 10.9.1.1', 'claim shop/media'],
      ]);
    });

    it('is nobody who uses a dataset of this name on another NAS', () => {
      assert.equal(names(uses(made, { uses: new Map([[useKey('nas02', made.name), [session]]]) })), 'absent');
    });

    it('is somebody also while lists are missing', () => {
      const field = { cluster: { pods: failed() }, uses: new Map([[useKey('nas01', made.name), [session]]]) };

      assert.deepEqual(names(uses(made, field)), ['session 10.9.1.1']);
    });

    it('is nobody once every list was read', () => assert.deepEqual(uses(made), { status: 'absent' }));

    for (const list of ['persistentVolumes', 'claims', 'pods', 'workloads'] as const) {
      it(`is unknown while ${list} of any cluster were not read`, () => {
        assert.deepEqual(unread(uses(made, { cluster: { [list]: failed() } })), [`cluster/prod ${list}`]);
        assert.deepEqual(unread(uses(made, { moreClusters: staging({ [list]: failed() }) })), [
          `cluster/staging ${list}`,
        ]);
      });

      it(`is, of an exclusive backend, unknown while ${list} of its own cluster were not read`, () => {
        const field = { backends: exclusive };

        assert.deepEqual(unread(uses(made, { ...field, cluster: { [list]: failed() } })), [`cluster/prod ${list}`]);
        assert.equal(unread(uses(made, { ...field, moreClusters: staging({ [list]: failed() }) })), 'absent');
      });
    }

    it('is unknown while every cluster could have it that no backend is of', () => {
      const backends = [makeBackend({ exclusive: true, instanceId: 'a' })];
      const theirs = { ...marks(name), ...own({ volume_context_provisioner_instance_id: 'b' }) };
      const field = { backends, moreClusters: staging({ pods: failed() }) };

      assert.deepEqual(unread(uses({ ...made, userProperties: theirs }, field)), ['cluster/staging pods']);
    });

    it('is known without the lists that cannot name it', () => {
      assert.equal(unread(uses(made, { cluster: { nodes: failed(), volumeSnapshots: failed() } })), 'absent');
      assert.equal(unread(uses(made, { nas: { snapshots: failed(), iscsiSessions: failed() } })), 'absent');
    });

    for (const list of ['replications', 'nfsClients', 'smbSessions'] as const) {
      it(`is unknown, of files, while ${list} were not read`, () => {
        assert.deepEqual(unread(uses(made, { nas: { [list]: failed() } })), [`nas/nas01 ${list}`]);
      });
    }

    const zvol = makeZvol(made.name, { userProperties: marks(name) });
    for (const list of [
      ...(['replications', 'iscsiGlobal', 'iscsiTargets', 'iscsiExtents', 'iscsiTargetExtents'] as const),
      ...(['iscsiSessions', 'nvmeSessions'] as const),
    ]) {
      it(`is unknown, of a zvol, while ${list} were not read; of files it is known`, () => {
        const nas = { [list]: failed() };

        assert.deepEqual(unread(uses(zvol, { nas })), [`nas/nas01 ${list}`]);
        assert.deepEqual(unread(uses(made, { nas })), list === 'replications' ? ['nas/nas01 replications'] : 'absent');
      });
    }

    it('is known, of a zvol, without the sessions of files', () => {
      assert.equal(unread(uses(zvol, { nas: { nfsClients: failed(), smbSessions: failed() } })), 'absent');
    });

    it('is unknown while a cluster lists no claim although volumes are bound', () => {
      const bound = makeVolume('pvc-2', { claim: { namespace: 'shop', name: 'other' } });
      const cluster = { persistentVolumes: read([bound]) };

      assert.deepEqual(unread(uses(made, { cluster })), ['cluster/prod claims']);
      assert.deepEqual(unread(uses(made, { moreClusters: staging(cluster) })), ['cluster/staging claims']);
      assert.equal(unread(uses(made, { backends: exclusive, moreClusters: staging(cluster) })), 'absent');
    });

    it('is unknown, of a zvol, while the NAS lists no target although a volume names one', () => {
      const attributes = { provisioner_driver: 'freenas-iscsi', portal: '10.9.0.5:3260', iqn: 'iqn.x:pvc-2' };
      const cluster = { persistentVolumes: read([makeVolume('pvc-2', { csi: makeCsi('pvc-2', attributes) })]) };
      const elsewhere = [makeNas({}, { name: 'nas02', addresses: ['10.9.0.6'] })];
      const away = { ...attributes, portal: '10.9.0.6:3260' };
      const there = { persistentVolumes: read([makeVolume('pvc-2', { csi: makeCsi('pvc-2', away) })]) };

      assert.deepEqual(unread(uses(zvol, { cluster })), [
        ...['nas/nas01 iscsiTargets', 'nas/nas01 iscsiExtents', 'nas/nas01 iscsiTargetExtents'],
      ]);
      assert.equal(unread(uses(made, { cluster })), 'absent');
      assert.equal(unread(uses(zvol, { cluster: there, moreNases: elsewhere })), 'absent');
    });
  });

  describe('who uses a detached snapshot', () => {
    const backends = [makeBackend({ detachedParents: ['tank/snaps'], exclusive: true })];
    const copy = makeDataset(`tank/snaps/${name}/snapshot-${uid('b')}`, {
      userProperties: own({ managed_resource: 'true', csi_snapshot_name: `snapshot-${uid('b')}` }),
    });
    const uses = (field: Field) => link(copy, { backends, ...field })?.uses;

    it('is also the content with its handle, and the snapshot with its UID', () => {
      const handle = `${name}/snapshot-${uid('b')}`;
      const contents = read([makeContent('snapcontent', { snapshotHandle: handle })]);
      const snapshots = read([makeSnapshotObject('nightly', { uid: uid('b') })]);

      assert.deepEqual(names(uses({ cluster: { volumeSnapshotContents: contents } })), ['content snapcontent']);
      assert.deepEqual(names(uses({ cluster: { volumeSnapshots: snapshots } })), ['content shop/nightly']);
    });

    it('is unknown while snapshots or contents of its cluster were not read', () => {
      assert.equal(unread(uses({})), 'absent');
      for (const list of ['volumeSnapshots', 'volumeSnapshotContents', 'pods'] as const) {
        assert.deepEqual(unread(uses({ cluster: { [list]: failed() } })), [`cluster/prod ${list}`]);
      }
    });
  });

  describe('what depends on a dataset', () => {
    it('is named: clones, the snapshots they came from, and children', () => {
      const others = [
        makeDataset('tank/k8s/clone', { origin: `${made.name}@one` }),
        ...[makeDataset(`${made.name}/app`), makeDataset(`${made.name}/app/data`)],
      ];
      const found = link(made, { others });

      assert.deepEqual(found?.clones, ['tank/k8s/clone']);
      assert.deepEqual(found?.cloneOrigins, [`${made.name}@one`]);
      assert.deepEqual(found?.children, [`${made.name}/app`]);
    });

    it('is nothing where there is none', () => {
      const { clones, cloneOrigins, children, contents } = link(made) ?? {};

      assert.deepEqual(
        { clones, cloneOrigins, children, contents },
        {
          ...{ clones: [], cloneOrigins: [], children: [], contents: [] },
        },
      );
    });

    it('is every content of one of its snapshots, by the whole name or its last part, once', () => {
      const nas = { snapshots: read([makeZfsSnapshot(`${made.name}@one`), makeZfsSnapshot('tank/k8s/other@two')]) };
      const prod = read([
        makeContent('short', { snapshotHandle: `${name}@one` }),
        makeContent('whole', { sourceSnapshotHandle: `${made.name}@one` }),
        makeContent('both', { snapshotHandle: `${name}@one`, sourceSnapshotHandle: `${made.name}@one` }),
        makeContent('other', { snapshotHandle: 'other@two' }),
      ]);
      const moreClusters = [
        makeCluster(
          { volumeSnapshotContents: read([makeContent('short', { snapshotHandle: `${name}@one` })]) },
          { name: 'staging' },
        ),
      ];

      assert.deepEqual(link(made, { nas, cluster: { volumeSnapshotContents: prod }, moreClusters })?.contents, [
        ...['prod/whole', 'prod/both', 'prod/short', 'staging/short'],
      ]);
    });
  });

  describe('the snapshots and shares of a dataset', () => {
    const one = makeZfsSnapshot(`${made.name}@one`);

    it('are those that are there', () => {
      const nfsShares = read([makeNfsShare(1, `/mnt/${made.name}`)]);
      const found = link(made, { nas: { snapshots: read([one]), nfsShares, smbShares: failed() } });

      assert.deepEqual(found?.snapshots, { status: 'found', value: [one] });
      assert.deepEqual(found?.shares, {
        status: 'found',
        value: [{ nas: 'nas01', kind: 'NfsShare', id: 1, name: `/mnt/${made.name}` }],
      });
    });

    it('are none when every list was read', () => {
      assert.deepEqual(link(made)?.snapshots, { status: 'absent' });
      assert.deepEqual(link(made)?.shares, { status: 'absent' });
    });

    it('are unknown while their lists are missing', () => {
      assert.deepEqual(unread(link(made, { nas: { snapshots: failed() } })?.snapshots), ['nas/nas01 snapshots']);
      for (const list of ['nfsShares', 'smbShares', 'iscsiExtents', 'nvmeNamespaces'] as const) {
        assert.deepEqual(unread(link(made, { nas: { [list]: failed() } })?.shares), [`nas/nas01 ${list}`]);
      }
    });
  });
});
