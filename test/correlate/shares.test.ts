import assert from 'node:assert/strict';
import type { ClusterInventory } from '../../src/model/kubernetes.ts';
import type { ShareLink } from '../../src/model/links.ts';
import type { NasSections } from '../../src/model/truenas.ts';
import { sharesOf as linksOf } from './support/shares-of.ts';
import {
  failed,
  makeBackend,
  makeClaim,
  makeCluster,
  makeCsi,
  makeDataset,
  makeExtent,
  makeNfsShare,
  makeSmbShare,
  makeTarget,
  makeTargetExtent,
  makeVolume,
  makeZvol,
  read,
  uid,
} from './support/small.ts';

const leaf = `pvc-${uid('1')}`;
const place = `tank/k8s/${leaf}`;
const path = `/mnt/${place}`;
const backend = makeBackend();
const absent = { status: 'absent' };
const unread = (...names: string[]) => ({
  status: 'unknown',
  unread: names.map((name) => ({ source: 'nas/nas01', name, because: 'no connection' })),
});

const sharesOf = (sections: Partial<NasSections>, backends = [backend], clusters = [makeCluster()]) =>
  linksOf(sections, backends, clusters);

/** The only link. */
function shareOf(...sides: Parameters<typeof sharesOf>): ShareLink {
  const [link, ...rest] = sharesOf(...sides);
  assert.deepEqual(rest, []);
  assert.ok(link);
  return link;
}

describe('[U] correlate/shares, NFS', () => {
  const share = makeNfsShare(58, path);
  const nfs = (fields: Partial<typeof share>) => ({ nfsShares: read([{ ...share, ...fields }]) });

  it('tells all about the share of a volume whose dataset is gone', () => {
    assert.deepEqual(sharesOf(nfs({ paths: [`${path}/`], locked: false })), [
      {
        nas: 'nas01',
        ref: { nas: 'nas01', kind: 'NfsShare', id: 58, name: path },
        backend,
        proofs: [{ kind: 'namePattern', value: path }],
        target: absent,
        expectedDataset: place,
        partners: [],
        pointsAt: path,
        isEnabled: true,
        isLocked: false,
        uses: absent,
      },
    ]);
  });

  it('says whether it is enabled, and of a lock only what the NAS says', () => {
    assert.equal(shareOf(nfs({ enabled: false })).isEnabled, false);
    assert.equal(shareOf(nfs({ locked: true })).isLocked, true);
    assert.equal('isLocked' in shareOf(nfs({})), false);
  });

  it('points at the dataset that is mounted there, whatever its name', () => {
    const dataset = makeDataset(place, { mountpoint: '/srv/media' });
    const sections = { ...nfs({ paths: ['/srv/media'] }), datasets: read([dataset]) };

    const { target, expectedDataset } = shareOf(sections);

    assert.deepEqual(target, { status: 'found', value: { nas: 'nas01', dataset } });
    assert.equal(expectedDataset, place);
  });

  it('leaves open what it points at while datasets were not read, and when it has several paths', () => {
    assert.deepEqual(shareOf({ ...nfs({}), datasets: failed() }).target, unread('datasets'));
    assert.deepEqual(shareOf(nfs({ paths: [path, '/mnt/tank/media'] })).target, unread());
  });

  const comments: readonly (readonly [comment: string, proof: object | undefined])[] = [
    [
      'democratic-csi (org.example.nfs): flash/a',
      { kind: 'shareComment', value: 'democratic-csi (org.example.nfs): flash/a', driver: 'org.example.nfs' },
    ],
    [`CSI volume flash/${leaf}`, { kind: 'shareComment', value: `CSI volume flash/${leaf}` }],
    ['CSI volume flash/photos', undefined],
    ['photos', undefined],
    ['', undefined],
  ];
  for (const [comment, proof] of comments) {
    it(`${proof === undefined ? 'leaves to its owner' : 'takes for made'} a share elsewhere with the comment "${comment}"`, () => {
      const links = sharesOf(nfs({ paths: ['/mnt/flash/a'], comment }));

      assert.deepEqual(
        links.map(({ proofs }) => proofs),
        proof === undefined ? [] : [[proof]],
      );
    });
  }

  it('has no backend elsewhere, and nobody whose names could be told apart', () => {
    assert.equal('backend' in shareOf(nfs({ paths: ['/mnt/flash/a'], comment: `CSI volume flash/${leaf}` })), false);
  });

  for (const [what, at] of [
    ['that is not named like a volume', '/mnt/tank/k8s/photos'],
    ['deeper than one level below the parent', `${path}/${leaf}`],
    ['below the parent of detached snapshots', `/mnt/tank/snaps/${leaf}`],
    ['below no parent', `/mnt/flash/${leaf}`],
    ['mounted elsewhere', `/srv${path}`],
    ['without a path', ''],
  ] as const) {
    it(`leaves to its owner a share ${what}`, () => {
      assert.deepEqual(
        sharesOf(nfs({ paths: at === '' ? [] : [at] }), [{ ...backend, detachedParents: ['tank/snaps'] }]),
        [],
      );
    });
  }

  it('belongs to the backend whose driver its comment names, where two share the parent', () => {
    const other = makeBackend({ driver: 'org.example.nfs', cluster: 'dev' });

    assert.equal(
      shareOf(nfs({ comment: `democratic-csi (org.example.nfs): ${place}` }), [backend, other]).backend,
      other,
    );
  });

  it('belongs to the backend for file systems, where two protocols share the parent', () => {
    const iscsi = makeBackend({ driver: 'iscsi', protocol: 'iscsi' });

    assert.equal(shareOf(nfs({}), [iscsi, backend]).backend, backend);
  });

  it('is used by who mounts its path', () => {
    const volume = makeVolume('pv', { csi: makeCsi('other', { share: path, server: '10.9.0.5' }) });

    assert.deepEqual(shareOf(nfs({}), [backend], [makeCluster({ persistentVolumes: read([volume]) })]).uses, {
      status: 'found',
      value: [{ kind: 'persistentVolume', name: 'pv', from: 'cluster/prod persistentVolumes' }],
    });
  });

  it('is used by the claim that its dataset was made for, and by the volume that its own path names', () => {
    const claims = read([makeClaim('data', { uid: uid('1') })]);
    const named = makeVolume('pv', { csi: makeCsi(place) });
    const lists = { claims, persistentVolumes: read([named]) };

    assert.deepEqual(shareOf(nfs({}), [backend], [makeCluster(lists)]).uses, {
      status: 'found',
      value: [
        { kind: 'persistentVolume', name: 'pv', from: 'cluster/prod persistentVolumes' },
        { kind: 'claim', name: 'shop/data', from: 'cluster/prod claims' },
      ],
    });
  });
});

describe('[U] correlate/shares, whom to ask', () => {
  const nfsShares = read([makeNfsShare(58, path)]);
  const dev = makeCluster({ claims: failed() }, { name: 'dev' });
  const lost = (cluster: string) => ({ source: `cluster/${cluster}`, name: 'claims', because: 'no connection' });
  const exclusive = makeBackend({ exclusive: true });

  it('leaves its uses open while any cluster was not read', () => {
    assert.deepEqual(shareOf({ nfsShares }, [backend], [makeCluster(), dev]).uses, {
      status: 'unknown',
      unread: [lost('dev'), lost('dev')],
    });
  });

  it('asks no other cluster for what an exclusive backend serves', () => {
    assert.deepEqual(shareOf({ nfsShares }, [exclusive], [makeCluster(), dev]).uses, absent);
  });

  it('asks its own cluster all the same', () => {
    const clusters = [makeCluster({ claims: failed() }), dev];

    assert.deepEqual(shareOf({ nfsShares }, [exclusive], clusters).uses, {
      status: 'unknown',
      unread: [lost('prod'), lost('prod')],
    });
  });

  it('tells what is found on another cluster even of an exclusive backend', () => {
    const claims = read([makeClaim('data', { uid: uid('1') })]);

    assert.equal(
      shareOf({ nfsShares }, [exclusive], [makeCluster(), makeCluster({ claims }, { name: 'dev' })]).uses.status,
      'found',
    );
  });

  it('asks every cluster about a target whose name two exclusive backends give', () => {
    const parents = ['prod', 'dev'].map((cluster) =>
      makeBackend({ cluster, protocol: 'iscsi', parents: [`tank/${cluster}`], exclusive: true }),
    );
    const living = ['prod', 'dev'].map((cluster, at) => `tank/${cluster}/pvc-${uid(`${at + 2}`)}`);
    const sections = {
      datasets: read(living.map((name) => makeZvol(name))),
      iscsiTargets: read([uid('2'), uid('3'), uid('1')].map((of, at) => makeTarget(at, `csi-pvc-${of}`))),
      iscsiExtents: read(living.map((zvol, at) => makeExtent(at, `e${at}`, { zvol }))),
      iscsiTargetExtents: read([0, 1].map((at) => makeTargetExtent(at, at, at))),
    };
    const empty = (clusters: ClusterInventory[]) =>
      sharesOf(sections, parents, clusters).find(({ ref }) => ref.kind === 'IscsiTarget')?.uses;

    assert.deepEqual(empty([makeCluster(), makeCluster({}, { name: 'dev' })]), absent);
    assert.equal(empty([makeCluster(), dev])?.status, 'unknown');
  });
});

describe('[U] correlate/shares, SMB', () => {
  const smb = (name: string, at: string | undefined, fields: Partial<ReturnType<typeof makeSmbShare>> = {}) => ({
    smbShares: read([makeSmbShare(3, name, { ...(at !== undefined && { path: at }), ...fields })]),
  });

  it('tells all about the share of a volume whose dataset is gone', () => {
    assert.deepEqual(sharesOf(smb(leaf, `${path}/`, { locked: true, enabled: false })), [
      {
        nas: 'nas01',
        ref: { nas: 'nas01', kind: 'SmbShare', id: 3, name: leaf },
        backend,
        proofs: [
          { kind: 'targetName', value: leaf },
          { kind: 'namePattern', value: leaf },
        ],
        target: absent,
        expectedDataset: place,
        partners: [],
        pointsAt: path,
        isEnabled: false,
        isLocked: true,
        uses: absent,
      },
    ]);
  });

  it('leaves to its owner a share without a local path', () => assert.deepEqual(sharesOf(smb(leaf, undefined)), []));

  const names: readonly (readonly [name: string, dataset: string, isMade: boolean])[] = [
    [`tn-${leaf}`, 'flash/x', true],
    ['csi-photos', 'flash/photos', true],
    ['photos-2026', 'flash/photos', true],
    ['photos', 'flash/photos', false],
    ['music', 'flash/photos', false],
    ['my-music', 'flash/music', false],
    ['my-six666', 'flash/six666', true],
  ];
  for (const [name, dataset, isMade] of names) {
    it(`${isMade ? 'takes for made' : 'leaves to its owner'} the share ${name} of ${dataset}`, () => {
      assert.deepEqual(
        sharesOf(smb(name, `/mnt/${dataset}`)).map(({ proofs }) => proofs),
        isMade ? [[{ kind: 'targetName', value: name }]] : [],
      );
    });
  }

  it('belongs to the backend for file systems, where two protocols share the parent', () => {
    const iscsi = makeBackend({ driver: 'iscsi', protocol: 'iscsi' });

    assert.equal(shareOf(smb(leaf, path), [iscsi, backend]).backend, backend);
  });

  it("takes democratic-csi's comment before the name", () => {
    const comment = 'democratic-csi (org.example.smb): flash/photos';

    assert.deepEqual(shareOf(smb('csi-photos', '/mnt/flash/photos', { comment })).proofs, [
      { kind: 'shareComment', value: comment, driver: 'org.example.smb' },
    ]);
  });

  it('is used by who mounts its path, and by who names it', () => {
    const at = (name: string, share: string) => makeVolume(name, { csi: makeCsi(name, { share, server: '10.9.0.5' }) });
    const use = (name: string) => ({ kind: 'persistentVolume', name, from: 'cluster/prod persistentVolumes' });
    const persistentVolumes = read([at('by-name', leaf), at('by-path', path)]);

    assert.deepEqual(shareOf(smb(leaf, path), [backend], [makeCluster({ persistentVolumes })]).uses, {
      status: 'found',
      value: [use('by-path'), use('by-name')],
    });
  });

  it('is made when it is named like all its living siblings, whose names carry no UID', () => {
    const living = ['shop-db', 'web-cache', 'mail'];
    const shares = [...living, 'old', 'photos'].map((name, at) =>
      makeSmbShare(at, name === 'photos' ? name : `k8s-${name}-smb`, { path: `/mnt/tank/k8s/${name}` }),
    );
    const sections = { datasets: read(living.map((name) => makeDataset(`tank/k8s/${name}`))), smbShares: read(shares) };

    assert.deepEqual(
      sharesOf(sections).map(({ ref, proofs }) => [ref.name, proofs.at(-1)?.kind]),
      ['k8s-shop-db-smb', 'k8s-web-cache-smb', 'k8s-mail-smb', 'k8s-old-smb'].map((name) => [name, 'namePattern']),
    );
  });
});
