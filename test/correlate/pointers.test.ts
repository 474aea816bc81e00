import assert from 'node:assert/strict';
import { indexPointers, type PointerIndex, shortName } from '../../src/correlate/pointers.ts';
import type { Lookup } from '../../src/model/collected.ts';
import type { ClusterInventory, ClusterSections, InlineVolume } from '../../src/model/kubernetes.ts';
import type { Use } from '../../src/model/links.ts';
import type { NasSections, Session } from '../../src/model/truenas.ts';
import {
  failed,
  indexOfClusters,
  indexOfNases,
  makeClaim,
  makeCluster,
  makeCsi,
  makeNas,
  makePlainVolume,
  makeStoragePod,
  makeSubsystem,
  makeTarget,
  makeVolume,
  makeWorkload,
  read,
  uid,
} from './support/small.ts';

type Ask = (pointers: PointerIndex, index: Parameters<PointerIndex['ofPath']>[0]) => Lookup<readonly Use[]>;

/** Asked of nas01 (10.9.0.5); nas02 (10.9.0.6) stands beside it. */
function askAll(
  ask: Ask,
  clusters: readonly ClusterInventory[],
  nas: Partial<NasSections> = {},
  nas02: Partial<NasSections> = {},
) {
  const nases = indexOfNases(makeNas(nas), makeNas(nas02, { name: 'nas02', addresses: ['10.9.0.6'] }));
  const index = nases.get('nas01');
  assert.ok(index);
  return ask(indexPointers(indexOfClusters(...clusters), nases), index);
}

const askOf = (ask: Ask, cluster: Partial<ClusterSections>, nas: Partial<NasSections> = {}) =>
  askAll(ask, [makeCluster(cluster)], nas);

const absent = { status: 'absent' };
const found = (...value: Use[]) => ({ status: 'found', value });
const volumeUse = (name: string, cluster = 'prod'): Use => ({
  kind: 'persistentVolume',
  name,
  from: `cluster/${cluster} persistentVolumes`,
});
const inlineUse = (name: string): Use => ({ kind: 'inlineVolume', name: `shop/${name}`, from: 'cluster/prod pods' });
const sessionUse = (name: string, section: string): Use => ({ kind: 'session', name, from: `nas/nas01 ${section}` });

const volumeWith = (name: string, attributes: Readonly<Record<string, string>>) =>
  makeVolume(name, { csi: makeCsi(name, attributes) });
const volumes = (...items: ReturnType<typeof makeVolume>[]) => ({ persistentVolumes: read(items) });
const session = (protocol: Session['protocol'], object?: string): Session => ({
  protocol,
  client: '10.9.0.21',
  ...(object !== undefined && { object }),
});

describe('[U] correlate/pointers, at a path', () => {
  const path = '/mnt/tank/k8s/a';
  const ofPath: Ask = (pointers, index) => pointers.ofPath(index, path);
  const nfs = (share: string, server = '10.9.0.5') => volumes(volumeWith('pv', { share, server }));

  it('is a volume that mounts it, with or without a slash at the end', () => {
    assert.deepEqual(askOf(ofPath, nfs(path)), found(volumeUse('pv')));
    assert.deepEqual(askOf(ofPath, nfs(`${path}/`)), found(volumeUse('pv')));
    assert.deepEqual(askOf(ofPath, nfs(`${path}b`)), absent);
  });

  it('is a static volume without any driver, and one of another cluster', () => {
    const plain = makePlainVolume('plain', { nfs: { server: '10.9.0.5', path } });

    assert.deepEqual(
      askAll(ofPath, [makeCluster(nfs(path)), makeCluster(volumes(plain), { name: 'dev' })]),
      found(volumeUse('pv'), volumeUse('plain', 'dev')),
    );
  });

  it('is not a volume of another NAS, but may be one whose server nobody knows', () => {
    assert.deepEqual(askOf(ofPath, nfs(path, '10.9.0.6')), absent);
    assert.deepEqual(askOf(ofPath, nfs(path, 'nas.example.org')), found(volumeUse('pv')));
    assert.deepEqual(askOf(ofPath, volumes(volumeWith('pv', { share: path }))), found(volumeUse('pv')));
  });

  it('is the inline volume of a pod, or of a workload that may start one', () => {
    const inline: InlineVolume[] = [{ kind: 'nfs', server: '10.9.0.5', path }];
    const elsewhere: InlineVolume[] = [{ kind: 'nfs', server: '10.9.0.6', path }];

    assert.deepEqual(
      askOf(ofPath, {
        pods: read([makeStoragePod('web', { inline }), makeStoragePod('far', { inline: elsewhere })]),
        workloads: read([makeWorkload('nightly', { inline })]),
      }),
      found(inlineUse('web'), inlineUse('nightly')),
    );
  });

  it('is a client that has it mounted, of this NAS and not of the other', () => {
    const nfsClients = read([session('nfs', `${path}/`), session('nfs'), session('nfs', '/mnt/other')]);

    assert.deepEqual(askOf(ofPath, {}, { nfsClients }), found(sessionUse('10.9.0.21', 'nfsClients')));
    assert.deepEqual(askAll(ofPath, [makeCluster()], {}, { nfsClients }), absent);
  });

  it('names volumes and clients together', () => {
    assert.deepEqual(
      askOf(ofPath, nfs(path), { nfsClients: read([session('nfs', path)]) }),
      found(volumeUse('pv'), sessionUse('10.9.0.21', 'nfsClients')),
    );
  });
});

describe('[U] correlate/pointers, at an SMB share', () => {
  const ofSmb: Ask = (pointers, index) => pointers.ofSmb(index, 'Media');

  it('is a volume that names it, in whatever case', () => {
    assert.deepEqual(askOf(ofSmb, volumes(volumeWith('pv', { share: 'media' }))), found(volumeUse('pv')));
    assert.deepEqual(askOf(ofSmb, volumes(volumeWith('pv', { share: 'MEDIA/2026' }))), found(volumeUse('pv')));
    assert.deepEqual(askOf(ofSmb, volumes(volumeWith('pv', { share: 'photos' }))), absent);
  });

  it('is a volume of csi-driver-smb, on this NAS', () => {
    const from = (server: string) => volumes(volumeWith('pv', { source: `//${server}/media` }));

    assert.deepEqual(askOf(ofSmb, from('10.9.0.5')), found(volumeUse('pv')));
    assert.deepEqual(askOf(ofSmb, from('10.9.0.6')), absent);
  });

  it('is a client of it, in whatever case', () => {
    const smbSessions = read(['media', 'MEDIA', 'photos'].map((share) => session('smb', share)));
    const one = sessionUse('10.9.0.21', 'smbSessions');

    assert.deepEqual(askOf(ofSmb, {}, { smbSessions }), found(one, one));
    assert.deepEqual(askOf(ofSmb, {}, { nfsClients: read([session('nfs', 'media')]) }), absent);
  });
});

describe('[U] correlate/pointers, at targets', () => {
  const ofTargets: Ask = (pointers, index) =>
    pointers.ofTargets(index, [makeTarget(1, 'csi-a'), makeTarget(2, 'iqn.2005-10.org.freenas.ctl:csi-b')]);
  const iscsi = (name: string, iqn: string, portal = '10.9.0.5:3260') => volumeWith(name, { iqn, portal });

  it('is a volume that names one of them, in short or as an IQN', () => {
    const lists = volumes(
      iscsi('a', 'iqn.2005-10.org.freenas.ctl:csi-a'),
      iscsi('b', 'csi-b'),
      iscsi('c', 'iqn:csi-c'),
    );

    assert.deepEqual(askOf(ofTargets, lists), found(volumeUse('a'), volumeUse('b')));
  });

  it('is not a volume of another NAS', () => {
    assert.deepEqual(askOf(ofTargets, volumes(iscsi('a', 'iqn:csi-a', '10.9.0.6:3260'))), absent);
  });

  it('is the inline volume of a pod', () => {
    const inline: InlineVolume[] = [{ kind: 'iscsi', portal: '10.9.0.5:3260', iqn: 'iqn:csi-a' }];

    assert.deepEqual(askOf(ofTargets, { pods: read([makeStoragePod('db', { inline })]) }), found(inlineUse('db')));
  });

  it('is an initiator that has logged in, by the short name or the IQN', () => {
    const iscsiSessions = read([session('iscsi', 'iqn:csi-a'), session('iscsi', 'csi-b'), session('iscsi', 'csi-c')]);

    assert.deepEqual(
      askOf(ofTargets, volumes(iscsi('a', 'csi-a')), { iscsiSessions }),
      found(volumeUse('a'), sessionUse('10.9.0.21', 'iscsiSessions'), sessionUse('10.9.0.21', 'iscsiSessions')),
    );
  });

  it('is nobody while there is no target', () => {
    const none: Ask = (pointers, index) => pointers.ofTargets(index, []);

    assert.deepEqual(
      askOf(none, volumes(iscsi('a', 'csi-a')), { iscsiSessions: read([session('iscsi', 'csi-a')]) }),
      absent,
    );
  });

  it('takes the part behind the last colon for the short name of an IQN', () => {
    assert.deepEqual(['iqn.2005-10.org:a:b', 'csi-a', 'iqn:'].map(shortName), ['b', 'csi-a', '']);
  });
});

describe('[U] correlate/pointers, at a subsystem', () => {
  const nqn = 'nqn.2011-06.com.truenas:uuid:1:csi-a';
  const ofSubsystem: Ask = (pointers, index) => pointers.ofSubsystem(index, makeSubsystem(1, 'csi-a', { nqn }));
  const ofUnnamed: Ask = (pointers, index) => pointers.ofSubsystem(index, makeSubsystem(1, 'csi-a'));
  const none: Ask = (pointers, index) => pointers.ofSubsystem(index, undefined);
  const nvme = (name: string, of: string, host = '10.9.0.5') =>
    volumeWith(name, { nqn: of, transport: `tcp://${host}:4420` });

  it('is a volume that names its NQN, on this NAS', () => {
    assert.deepEqual(askOf(ofSubsystem, volumes(nvme('a', nqn), nvme('b', 'nqn:b'))), found(volumeUse('a')));
    assert.deepEqual(askOf(ofSubsystem, volumes(nvme('a', nqn, '10.9.0.6'))), absent);
  });

  it('is a host that is connected, by name or NQN', () => {
    const nvmeSessions = read([session('nvmeof', 'csi-a'), session('nvmeof', nqn), session('nvmeof', 'csi-b')]);
    const one = sessionUse('10.9.0.21', 'nvmeSessions');

    assert.deepEqual(askOf(ofSubsystem, volumes(nvme('a', nqn)), { nvmeSessions }), found(volumeUse('a'), one, one));
    assert.deepEqual(askOf(ofUnnamed, {}, { nvmeSessions }), found(one));
  });

  it('is nobody when the subsystem is not there or has no NQN', () => {
    const lists = volumes(nvme('a', nqn), volumeWith('b', {}));
    const nvmeSessions = read([session('nvmeof'), session('nvmeof', '')]);

    assert.deepEqual(askOf(none, lists, { nvmeSessions }), absent);
    assert.deepEqual(askOf(ofUnnamed, lists, { nvmeSessions }), absent);
  });
});

describe('[U] correlate/pointers, at a name', () => {
  const claim = makeClaim('data', { uid: uid('1') });
  const claimUse: Use = { kind: 'claim', name: 'shop/data', from: 'cluster/prod claims' };
  const ofName =
    (dataset: string | undefined, name: string): Ask =>
    (pointers) =>
      pointers.ofName(dataset, name);

  it('is the claim whose UID stands inside the name of a target or of the dataset', () => {
    const lists = { claims: read([claim, makeClaim('other')]) };

    assert.deepEqual(askOf(ofName(undefined, `csi-pvc-${uid('1')}-c1`), lists), found(claimUse));
    assert.deepEqual(askOf(ofName(`tank/k8s/pvc-${uid('1')}`, 'db'), lists), found(claimUse));
    assert.deepEqual(askOf(ofName(`tank/k8s/pvc-${uid('2')}`, `csi-pvc-${uid('1')}`), lists), found(claimUse));
    assert.deepEqual(askOf(ofName(undefined, `csi-pvc-${uid('2')}-c1`), lists), absent);
    assert.deepEqual(askOf(ofName(undefined, 'db'), lists), absent);
  });

  it('is a volume that has the whole dataset or its last part as handle or name', () => {
    const whole = makeVolume('a', { csi: makeCsi('tank/k8s/db') });
    const leaf = makeVolume('b', { csi: makeCsi('db') });
    const named = makePlainVolume('db');

    assert.deepEqual(
      askOf(ofName('tank/k8s/db', 'share'), volumes(whole, leaf, named, makeVolume('other'))),
      found(volumeUse('a'), volumeUse('b'), volumeUse('db')),
    );
    assert.deepEqual(askOf(ofName(undefined, 'db'), volumes(whole, leaf, named)), absent);
  });

  it('is a volume that is called by the UID inside the name, on any cluster, before its claim', () => {
    const lists = { claims: read([claim]), ...volumes(makeVolume('x', { csi: makeCsi(`pvc-${uid('1')}`) })) };

    assert.deepEqual(
      askAll(ofName(undefined, `csi-pvc-${uid('1')}`), [
        makeCluster(lists),
        makeCluster(volumes(makePlainVolume(`pvc-${uid('1')}`)), { name: 'dev' }),
      ]),
      found(volumeUse('x'), volumeUse(`pvc-${uid('1')}`, 'dev'), claimUse),
    );
  });
});

describe('[U] correlate/pointers, at nothing that anybody names', () => {
  const every: readonly (readonly [what: string, ask: Ask])[] = [
    ['a path', (pointers, index) => pointers.ofPath(index, '/mnt/a')],
    ['an SMB share', (pointers, index) => pointers.ofSmb(index, 'a')],
    ['targets', (pointers, index) => pointers.ofTargets(index, [makeTarget(1, 'a')])],
    ['a subsystem', (pointers, index) => pointers.ofSubsystem(index, makeSubsystem(1, 'a'))],
    ['a subsystem that is not there', (pointers, index) => pointers.ofSubsystem(index, undefined)],
    ['a name', (pointers) => pointers.ofName('tank/a', 'a')],
  ];
  for (const [what, ask] of every) {
    it(`leaves ${what} open while a list of any cluster was not read that could name it`, () => {
      for (const section of ['persistentVolumes', 'claims', 'pods', 'workloads'] as const) {
        const clusters = [makeCluster(), makeCluster({ [section]: failed() }, { name: 'dev' })];

        assert.deepEqual(askAll(ask, clusters), {
          status: 'unknown',
          unread: [{ source: 'cluster/dev', name: section, because: 'no connection' }],
        });
      }
      assert.deepEqual(askAll(ask, [makeCluster({ storageClasses: failed() })]), absent);
    });
  }
});
