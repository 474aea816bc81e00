import assert from 'node:assert/strict';
import type { ContentLink, VolumeLink } from '../../../src/model/links.ts';
import type { NasSectionName } from '../../../src/model/truenas.ts';
import { emptyList } from '../../../src/orphans/suspicion/empty-list.ts';
import { makeBackend, makeCluster, makeGuardInput, makeLinks, makeNas } from '../../support/make-guard-input.ts';
import { makeDataset, makeMeta, read } from '../../support/make-inventory.ts';

type Protocol = ReturnType<typeof makeBackend>['protocol'];

function volumeOf(protocol: Protocol | undefined, attributes?: Record<string, string>): VolumeLink {
  const csi = attributes === undefined ? {} : { csi: { driver: 'd', handle: 'h', attributes } };
  const backend = protocol === undefined ? {} : { backend: makeBackend({ protocol }) };
  return { cluster: 'prod', volume: { ...makeMeta('pv-1'), ...csi }, ...backend } as unknown as VolumeLink;
}

const contentOf = (snapshotHandle?: string) => ({ content: { snapshotHandle } }) as unknown as ContentLink;

function judge(
  section: NasSectionName,
  links: { readonly volumes?: readonly VolumeLink[]; readonly contents?: readonly ContentLink[] },
  items: readonly unknown[] = [],
) {
  const nas = makeNas({ [section]: read(items) });
  return emptyList(makeGuardInput({ needs: { nas: [section] }, scope: { nas, links: makeLinks(links) } }));
}

const two = (volume: VolumeLink) => [volume, volume];

describe('[U] orphans/suspicion/empty-list', () => {
  it('names the list and the NAS', () => {
    assert.deepEqual(judge('datasets', { volumes: [volumeOf('nfs')] }), [
      {
        guard: 'empty-list',
        because: 'nas/nas01 answers an empty list of datasets while PersistentVolumes point at it',
        source: 'nas/nas01',
      },
    ]);
  });

  it('believes an empty list of datasets, pools or snapshots as long as nothing points there', () => {
    for (const section of ['datasets', 'pools', 'snapshots'] as const) {
      assert.deepEqual(judge(section, { volumes: [] }), [], section);
    }
    assert.deepEqual(judge('snapshots', { volumes: two(volumeOf('nfs')) }), []);
    assert.deepEqual(judge('pools', { contents: [contentOf('tank/a@b')] }), []);
  });

  it('doubts empty pools as soon as one volume is there', () => {
    assert.equal(judge('pools', { volumes: [volumeOf('nfs')] }).length, 1);
  });

  it('doubts empty snapshots when one of the contents names a ZFS snapshot', () => {
    const contents = [contentOf(), contentOf('tank/snaps/detached'), contentOf('tank/a@b')];

    assert.equal(judge('snapshots', { contents }).length, 1);
    assert.deepEqual(judge('snapshots', { contents: contents.slice(0, 2) }), []);
  });

  it('believes an empty list that serves no protocol, whatever protocol volumes have', () => {
    assert.deepEqual(judge('snapshotTasks', { volumes: two(volumeOf(undefined)) }), []);
  });

  it('believes a list that is not empty', () => {
    assert.deepEqual(judge('datasets', { volumes: [volumeOf('nfs')] }, [makeDataset('tank')]), []);
  });

  const sections: readonly [NasSectionName, Protocol, other: Protocol][] = [
    ['nfsShares', 'nfs', 'smb'],
    ['smbShares', 'smb', 'nfs'],
    ['iscsiTargets', 'iscsi', 'nvmeof'],
    ['iscsiExtents', 'iscsi', 'nvmeof'],
    ['iscsiTargetExtents', 'iscsi', 'nvmeof'],
    ['nvmeSubsystems', 'nvmeof', 'iscsi'],
    ['nvmeNamespaces', 'nvmeof', 'iscsi'],
  ];
  for (const [section, protocol, other] of sections) {
    it(`doubts empty ${section} from two volumes of ${protocol} on, and not for those of ${other}`, () => {
      assert.equal(judge(section, { volumes: two(volumeOf(protocol)) }).length, 1);
      assert.deepEqual(judge(section, { volumes: [volumeOf(protocol)] }), []);
      assert.deepEqual(judge(section, { volumes: two(volumeOf(other)) }), []);
    });
  }

  it('believes an empty list that no volume could need', () => {
    assert.deepEqual(judge('replications', { volumes: two(volumeOf('nfs')) }), []);
  });

  it('goes by the attributes of the volume where the backend does not tell its protocol', () => {
    for (const protocol of ['mixed', 'unknown', undefined] as const) {
      for (const key of ['protocol', 'node_attach_driver']) {
        const volumes = two(volumeOf(protocol, { [key]: 'iscsi' }));
        assert.equal(judge('iscsiTargets', { volumes }).length, 1, `${protocol} ${key}`);
        assert.deepEqual(judge('nfsShares', { volumes }), []);
      }
      assert.deepEqual(judge('iscsiTargets', { volumes: two(volumeOf(protocol)) }), []);
    }
  });

  it('goes by the backend first, then by the attribute protocol', () => {
    const volumes = two(volumeOf('nfs', { protocol: 'iscsi' }));
    const contradictory = two(volumeOf('mixed', { protocol: 'iscsi', node_attach_driver: 'nfs' }));

    assert.deepEqual(judge('iscsiTargets', { volumes }), []);
    assert.equal(judge('iscsiTargets', { volumes: contradictory }).length, 1);
  });

  it('says nothing of a list that failed, or of a NAS that is not there: the needs say it', () => {
    const failed = makeNas({
      datasets: { ok: false, takenAt: '', error: { code: 'timeout', message: '' } },
    });
    const links = makeLinks({ volumes: [volumeOf('nfs')] });
    const needs = { nas: ['datasets'] as const };

    assert.deepEqual(emptyList(makeGuardInput({ needs, scope: { nas: failed, links } })), []);
    assert.deepEqual(emptyList(makeGuardInput({ needs, scope: { nas: makeNas({}), links } })), []);
    assert.deepEqual(emptyList(makeGuardInput({ needs, scope: { links } })), []);
    assert.deepEqual(emptyList(makeGuardInput({ scope: { links } })), []);
  });

  describe('of nodes', () => {
    const node = { ...makeMeta('worker1') } as never;
    const nodes = (items: readonly never[], asked = true) =>
      emptyList(
        makeGuardInput({
          needs: { cluster: asked ? ['nodes'] : ['claims'] },
          scope: { kind: 'cluster', cluster: makeCluster({ nodes: read(items) }) },
        }),
      );

    it('doubts a cluster without any node', () => {
      assert.deepEqual(nodes([]), [
        {
          guard: 'empty-list',
          because: 'cluster/prod answers an empty list of nodes',
          source: 'cluster/prod',
        },
      ]);
    });

    it('believes a cluster with a node, and asks only for checks that go by nodes', () => {
      assert.deepEqual(nodes([node]), []);
      assert.deepEqual(nodes([], false), []);
      assert.deepEqual(emptyList(makeGuardInput({ needs: { cluster: ['nodes'] } })), []);
    });

    it('says nothing of nodes that could not be read: the needs say it', () => {
      const error = { code: 'forbidden', message: '' } as const;
      const cluster = makeCluster({ nodes: { ok: false, takenAt: '', error } });

      assert.deepEqual(emptyList(makeGuardInput({ needs: { cluster: ['nodes'] }, scope: { cluster } })), []);
    });
  });
});
