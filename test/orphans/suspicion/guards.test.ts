import assert from 'node:assert/strict';
import type { ContentLink, DatasetLink, SnapshotLink, VolumeLink } from '../../../src/model/links.ts';
import type { NasSections, Pool } from '../../../src/model/truenas.ts';
import { crdsAbsent } from '../../../src/orphans/suspicion/crds-absent.ts';
import type { Guard } from '../../../src/orphans/suspicion/guard.ts';
import { identityChanged } from '../../../src/orphans/suspicion/identity-changed.ts';
import { findMassResult } from '../../../src/orphans/suspicion/mass-result.ts';
import { noVolumes } from '../../../src/orphans/suspicion/no-volumes.ts';
import { parentMissing } from '../../../src/orphans/suspicion/parent-missing.ts';
import { makeDraft, noMemory } from '../../support/make-draft.ts';
import {
  type GuardParts,
  makeBackend,
  makeCluster,
  makeDatasetLink,
  makeGuardInput,
  makeLinks,
  makeNas,
} from '../../support/make-guard-input.ts';
import { makeDataset, read } from '../../support/make-inventory.ts';

const sourcesOf = (guard: Guard, parts: GuardParts) => guard(makeGuardInput(parts)).map(({ source }) => source);

describe('[U] orphans/suspicion/crds-absent', () => {
  const backend = makeBackend();
  const absent = { ok: true, items: [], takenAt: '', absent: 'no such resource' } as const;
  const without = makeCluster({ volumeSnapshots: absent, volumeSnapshotContents: absent });
  const snapshotOf = (origin: SnapshotLink['origin']) => ({ origin }) as unknown as SnapshotLink;
  const needs = { everyCluster: ['volumeSnapshots', 'volumeSnapshotContents'] } as const;
  const parts = (held: { snapshots?: readonly SnapshotLink[]; datasets?: readonly DatasetLink[] }) => ({
    needs,
    backends: [backend],
    scope: { backend, everyCluster: [without], links: makeLinks(held) },
  });

  it('names the cluster that knows no snapshots while its backend holds some', () => {
    assert.deepEqual(crdsAbsent(makeGuardInput(parts({ snapshots: [snapshotOf('manual'), snapshotOf('csi')] }))), [
      {
        guard: 'crds-absent',
        because: 'cluster/prod has no VolumeSnapshot resources while its backend holds snapshots of a CSI driver',
        source: 'cluster/prod',
      },
    ]);
  });

  it('takes a detached snapshot among other datasets for one too', () => {
    const datasets = [makeDatasetLink('a/b'), makeDatasetLink('a/c', { role: 'detachedSnapshot' })];

    assert.deepEqual(sourcesOf(crdsAbsent, parts({ datasets })), ['cluster/prod']);
  });

  it('is content while no CSI driver made a snapshot there', () => {
    assert.deepEqual(sourcesOf(crdsAbsent, parts({})), []);
    assert.deepEqual(
      sourcesOf(crdsAbsent, parts({ snapshots: [snapshotOf('manual')], datasets: [makeDatasetLink('a/b')] })),
      [],
    );
  });

  it('looks only at checks that go by the list which is absent', () => {
    const held = parts({ snapshots: [snapshotOf('csi')] });
    const onlyContents = makeCluster({ volumeSnapshots: read([]), volumeSnapshotContents: absent });
    const scope = { ...held.scope, everyCluster: [onlyContents] };

    assert.deepEqual(sourcesOf(crdsAbsent, { ...held, needs: { everyCluster: ['claims'] } }), []);
    assert.deepEqual(sourcesOf(crdsAbsent, { ...held, needs: {} }), []);
    assert.deepEqual(sourcesOf(crdsAbsent, { ...held, scope }), ['cluster/prod']);
    assert.deepEqual(sourcesOf(crdsAbsent, { ...held, scope, needs: { everyCluster: ['volumeSnapshots'] } }), []);
  });

  it('leaves clusters alone that read an empty list, failed, or have no volumes there', () => {
    const held = parts({ snapshots: [snapshotOf('csi')] });
    const failed = { ok: false, takenAt: '', error: { code: 'timeout', message: '' } } as const;
    const judge = (everyCluster: readonly ReturnType<typeof makeCluster>[]) =>
      sourcesOf(crdsAbsent, { ...held, scope: { ...held.scope, everyCluster } });

    assert.deepEqual(judge([makeCluster({ volumeSnapshots: read([]), volumeSnapshotContents: read([]) })]), []);
    assert.deepEqual(judge([makeCluster({ volumeSnapshots: failed, volumeSnapshotContents: failed })]), []);
    assert.deepEqual(judge([{ ...without, name: 'elsewhere' }]), []);
  });
});

describe('[U] orphans/suspicion/identity-changed', () => {
  const memory = {
    ...noMemory,
    identities: { 'cluster/prod': 'uid-prod', 'cluster/lab': 'uid-lab', 'nas/nas01': 'host-1' },
  };
  const prod = (uid?: string) => makeCluster({}, uid === undefined ? {} : { uid });
  const lab = (uid: string) => makeCluster({}, { name: 'lab', uid });
  const nas = (hostId?: string) => makeNas({}, hostId === undefined ? {} : { hostId });

  it('says what the identity was and is', () => {
    assert.deepEqual(identityChanged(makeGuardInput({ memory, scope: { cluster: prod('other') } })), [
      {
        guard: 'identity-changed',
        because: 'cluster/prod is another system than before: its identity was uid-prod and is other',
        source: 'cluster/prod',
      },
    ]);
    assert.deepEqual(identityChanged(makeGuardInput({ memory, scope: { nas: nas() } })), [
      {
        guard: 'identity-changed',
        because: 'nas/nas01 did not show its identity, which earlier scans knew as host-1',
        source: 'nas/nas01',
      },
    ]);
  });

  it('is content with the identities it knows, and with those that it meets for the first time', () => {
    const scope = { cluster: prod('uid-prod'), nas: nas('host-1'), everyCluster: [lab('uid-lab')] };

    assert.deepEqual(sourcesOf(identityChanged, { memory, scope }), []);
    assert.deepEqual(sourcesOf(identityChanged, { scope: { cluster: prod('any'), nas: nas() } }), []);
  });

  it('looks at the other clusters only where the check concludes from them', () => {
    const everyCluster = [prod('uid-prod'), lab('other')];
    const needs = { everyCluster: ['claims'] } as const;

    assert.deepEqual(sourcesOf(identityChanged, { memory, needs, scope: { everyCluster } }), ['cluster/lab']);
    assert.deepEqual(sourcesOf(identityChanged, { memory, scope: { kind: 'nas', everyCluster } }), ['cluster/lab']);
    assert.deepEqual(sourcesOf(identityChanged, { memory, scope: { kind: 'backend', everyCluster } }), []);
    assert.deepEqual(sourcesOf(identityChanged, { memory, scope: { kind: 'cluster', everyCluster } }), []);
  });

  it('names a source once', () => {
    const needs = { everyCluster: ['claims'] } as const;
    const scope = { cluster: prod('other'), everyCluster: [prod('other')] };

    assert.deepEqual(sourcesOf(identityChanged, { memory, needs, scope }), ['cluster/prod']);
  });
});

describe('[U] orphans/suspicion/no-volumes', () => {
  const backend = makeBackend({ parents: ['tank/old', 'tank/k8s/vols'] });
  const needs = { everyCluster: ['persistentVolumes'] } as const;
  const judge = (datasets: readonly DatasetLink[], parts: GuardParts = {}) =>
    noVolumes(
      makeGuardInput({ needs, backends: [backend], scope: { backend, links: makeLinks({ datasets }) }, ...parts }),
    );
  const held = [makeDatasetLink('tank/other/pvc-1'), makeDatasetLink('tank/k8s/vols/pvc-1')];

  it('names the cluster without a volume of the driver while one of the parents holds some', () => {
    assert.deepEqual(judge(held), [
      {
        guard: 'no-volumes',
        because:
          'cluster/prod has no PersistentVolume of org.democratic-csi.nfs while tank/old, tank/k8s/vols on nas/nas01 holds volumes',
        source: 'cluster/prod',
      },
    ]);
  });

  it('is content when the cluster shows one volume of it', () => {
    assert.deepEqual(judge(held, { volumesOf: (id) => (id === backend.id ? 1 : 0) }), []);
  });

  it('is content when what lies there is no volume, lies elsewhere or on another NAS', () => {
    assert.deepEqual(judge([makeDatasetLink('tank/k8s/vols/pvc-1', { role: 'foreign' })]), []);
    assert.deepEqual(judge([makeDatasetLink('tank/k8s/vols2/pvc-1')]), []);
    assert.deepEqual(judge([makeDatasetLink('tank/k8s/vols/pvc-1', { nas: 'nas02' })]), []);
  });

  it('is asked for checks that conclude from what no cluster names, and for those of a cluster', () => {
    const scope = { backend, links: makeLinks({ datasets: held }) };
    const ofCluster = { ...scope, kind: 'cluster', cluster: makeCluster() } as const;

    assert.deepEqual(judge(held, { needs: { cluster: ['persistentVolumes'] }, scope }), []);
    assert.equal(judge(held, { needs: { cluster: ['persistentVolumes'] }, scope: ofCluster }).length, 1);
  });
});

describe('[U] orphans/suspicion/parent-missing', () => {
  const pools = read([{ name: 'tank', status: 'ONLINE' } as unknown as Pool]);
  const nas = (...names: readonly string[]) =>
    makeNas({ pools, datasets: read(names.map((name) => makeDataset(name))) } as Partial<NasSections>);
  const contentOf = (snapshotHandle?: string) => ({ content: { snapshotHandle } }) as unknown as ContentLink;
  const judge = (
    shown: ReturnType<typeof nas>,
    parts: Parameters<typeof makeBackend>[0] = {},
    links: Parameters<typeof makeLinks>[0] = {},
  ) =>
    parentMissing(makeGuardInput({ scope: { backend: makeBackend(parts), nas: shown, links: makeLinks(links) } })).map(
      ({ because }) => because,
    );
  const volumes = [{} as VolumeLink];

  it('doubts every parent of volumes that is not there', () => {
    assert.deepEqual(judge(nas('tank', 'tank/a'), { parents: ['tank/a', 'tank/b', 'tank/c'] }), [
      'parent dataset tank/b is not there on nas/nas01',
      'parent dataset tank/c is not there on nas/nas01',
    ]);
  });

  it('asks for the parent of detached snapshots only when a content names one', () => {
    const shown = nas('tank/k8s/vols');
    const gone = ['parent dataset tank/k8s/snaps is not there on nas/nas01'];
    const contents = [contentOf(), contentOf('vols/pvc-1@snap'), contentOf('pvc-1/snapshot-1')];

    assert.deepEqual(judge(shown), []);
    assert.deepEqual(judge(shown, {}, { contents }), gone);
    assert.deepEqual(judge(shown, {}, { contents: contents.slice(0, 2) }), []);
    assert.deepEqual(judge(shown, { family: 'truenas-csi' }, { contents }), []);
  });

  it('doubts a backend of democratic-csi with volumes whose parent nobody knows', () => {
    const unknown = ['no parent dataset of org.democratic-csi.nfs on nas/nas01 is known'];

    assert.deepEqual(judge(nas(), { parents: [] }, { volumes }), unknown);
    assert.deepEqual(judge(nas(), { parents: [] }), []);
    assert.deepEqual(judge(nas(), { parents: [], family: 'truenas-csi' }, { volumes }), []);
    assert.deepEqual(judge(nas('tank/k8s/vols'), {}, { volumes }), []);
  });

  it('says where it looked', () => {
    const [missing] = parentMissing(makeGuardInput({ scope: { backend: makeBackend(), nas: nas() } }));
    const [unknown] = parentMissing(
      makeGuardInput({ scope: { backend: makeBackend({ parents: [] }), nas: nas(), links: makeLinks({ volumes }) } }),
    );

    for (const doubt of [missing, unknown]) {
      assert.deepEqual([doubt?.guard, doubt?.source], ['parent-missing', 'nas/nas01']);
    }
  });

  it('leaves hidden names to the guard that speaks of them', () => {
    assert.deepEqual(judge(nas(), { parents: ['tank/ix-apps'] }), []);
  });

  it('has nothing to say of a scope without a backend, or without its NAS', () => {
    assert.deepEqual(parentMissing(makeGuardInput({ scope: { nas: nas() } })), []);
    assert.deepEqual(parentMissing(makeGuardInput({ scope: { backend: makeBackend() } })), []);
  });
});

describe('[U] orphans/suspicion/mass-result', () => {
  const options = { massShare: 0.2, massMinimum: 3 };
  const orphans = (count: number) =>
    Array.from({ length: count }, (_, index) => makeDraft({ name: `tank/pvc-${index}` }));
  const held = (volumes: number, ...datasets: readonly DatasetLink['role'][]) =>
    makeLinks({
      volumes: Array.from({ length: volumes }, () => ({}) as VolumeLink),
      datasets: datasets.map((role, index) => makeDatasetLink(`tank/pvc-${index}`, { role })),
    });
  const times = <T>(count: number, value: T) => Array.from({ length: count }, () => value);
  const judge = (findings: ReturnType<typeof orphans>, links: ReturnType<typeof held>) =>
    findMassResult('here', findings, links, options)?.because;

  it('doubts more than the share of all volumes at once, and says how many', () => {
    assert.deepEqual(findMassResult('here', orphans(3), held(14), options), {
      guard: 'mass-result',
      because: 'it would flag 3 beside 14 volumes, more than 20 % at once',
      source: 'here',
    });
  });

  it('believes exactly the share, and fewer than the minimum whatever the share', () => {
    assert.equal(judge(orphans(3), held(15)), undefined);
    assert.equal(judge(orphans(2), held(0)), undefined);
    assert.ok(judge(orphans(3), held(0)));
  });

  it('counts against volumes or datasets, whichever are more', () => {
    const datasets = held(1, ...times(14, 'volume' as const), 'incomplete');

    assert.equal(judge(orphans(3), datasets), undefined);
    assert.equal(judge(orphans(3), { ...datasets, volumes: held(20).volumes }), undefined);
    assert.ok(judge(orphans(4), datasets));
  });

  it('does not count datasets that are no volumes', () => {
    assert.ok(judge(orphans(3), held(1, ...times(30, 'child' as const), 'foreign', 'replica', 'detachedSnapshot')));
  });

  it('counts snapshots of three volumes as three', () => {
    const snapshots = orphans(3).map(({ resource, ...rest }) => ({
      ...rest,
      resource: { ...resource, kind: 'ZfsSnapshot', name: `${resource.name}@s` },
    }));

    assert.ok(judge(snapshots, held(14)));
  });

  it('counts many snapshots of one volume once, and volumes of a name with @ apart', () => {
    const named = (kind: string, name: string) =>
      makeDraft({ resource: { source: 'nas/nas01', nas: 'nas01', kind, name } } as never);
    const snapshots = ['a@1', 'a@2', 'a@3', 'b@1'].map((name) => named('ZfsSnapshot', name));
    const shares = ['a@1', 'a@2', 'a@3'].map((name) => named('NfsShare', name));

    assert.equal(judge(snapshots, held(1)), undefined);
    assert.ok(judge([...snapshots, named('ZfsSnapshot', 'c@1')], held(1)));
    assert.ok(judge(shares, held(1)));
  });
});
