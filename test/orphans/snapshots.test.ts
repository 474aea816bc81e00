import assert from 'node:assert/strict';
import type { BackupTool } from '../../src/model/kubernetes.ts';
import type { DatasetLink, SnapshotLink } from '../../src/model/links.ts';
import { backendSnapshotWithoutObject } from '../../src/orphans/backend-snapshot-without-object.ts';
import { detachedContainerEmpty } from '../../src/orphans/detached-container-empty.ts';
import { temporarySnapshotLeft } from '../../src/orphans/temporary-snapshot-left.ts';
import { makeBackend, makeDatasetLink } from '../support/make-guard-input.ts';
import { makeDataset } from '../support/make-inventory.ts';
import {
  agoOnNas,
  makeContent,
  makeContentLink,
  makeSnapshotLink,
  makeZfsSnapshot,
  nothing,
  runDetector,
  saidBy,
  unread,
  unreadWords,
  without,
} from '../support/run-detector.ts';

const dayMs = 86_400_000;
const volume = 'tank/k8s/vols/pvc-1';
const exclusive = makeBackend({ exclusive: true });
const used = { status: 'found', value: [{ kind: 'persistentVolume', name: 'pv', from: 'there' }] } as const;
const livingVolume = makeDatasetLink(volume, { uses: used });
const snapshot = makeZfsSnapshot(`${volume}@s`);
const undated = without(snapshot, 'createdAt');

describe('[U] orphans/backend-snapshot-without-object', () => {
  const link = (parts: Partial<SnapshotLink> = {}, zfs = snapshot) =>
    makeSnapshotLink(zfs, { backend: exclusive, ...parts });
  const say = (snapshots: readonly SnapshotLink[], datasets: readonly DatasetLink[] = [livingVolume]) =>
    saidBy(backendSnapshotWithoutObject, {
      links: { snapshots, datasets, backends: [exclusive] },
      cluster: { backupTools: [] },
    });

  it('reports a snapshot of a living volume to which nothing refers', () => {
    assert.deepEqual(say([link()]), { found: [snapshot.name], undecided: [] });
  });

  const innocent: readonly [string, SnapshotLink, (readonly DatasetLink[])?][] = [
    ['one that something refers to', link({ uses: used })],
    ['one that nobody made by CSI', link({ origin: 'manual' })],
    ['the origin of a clone', link({ clones: ['tank/c'] })],
    ['one that ZFS will free with its last clone', link({}, { ...snapshot, deferDestroy: true })],
    ['one of a dataset that nobody knows', link(), []],
    ['one of a copy', link(), [{ ...livingVolume, role: 'replica' }]],
    ['one of a volume that is itself reported', link(), [makeDatasetLink(volume)]],
    ['one of a half-made volume', link(), [makeDatasetLink(volume, { role: 'incomplete' })]],
    ['one of a volume of which nobody knows whether it is used', link(), [makeDatasetLink(volume, { uses: unread })]],
  ];
  for (const [what, one, datasets] of innocent) {
    it(`leaves alone ${what}`, () => assert.deepEqual(say([one], datasets), nothing));
  }

  it('reports one below a dataset that is no volume, used or not', () => {
    assert.deepEqual(say([link()], [makeDatasetLink(volume, { role: 'foreign' })]).found, [snapshot.name]);
  });

  it('leaves undecided what a missing list or time leaves open, and names it', () => {
    assert.deepEqual(say([link({ uses: unread })]).undecided, [`ZfsSnapshot ${snapshot.name}: ${unreadWords}`]);
    assert.deepEqual(say([link({}, undated)]), {
      found: [],
      undecided: [`ZfsSnapshot ${snapshot.name}: its creation time is unknown`],
    });
  });

  it('waits for a day by the clock of the NAS', () => {
    const at = (ms: number) => say([link({}, { ...snapshot, createdAt: agoOnNas(ms) })]).found.length;

    assert.equal(at(dayMs), 0);
    assert.equal(at(dayMs + 1), 1);
  });

  it('passes on the mark that a person set on the snapshot', () => {
    const userProperties = { 'strandline:ignore': { value: 'kept for audit', source: 'LOCAL' as const } };
    const ignoreOf = (zfs: typeof snapshot) =>
      runDetector(backendSnapshotWithoutObject, {
        links: { snapshots: [link({}, zfs)], datasets: [livingVolume], backends: [exclusive] },
      }).findings.map(({ ignore }) => ignore);

    assert.deepEqual(ignoreOf({ ...snapshot, userProperties }), [{ reason: 'kept for audit' }]);
    assert.deepEqual(ignoreOf(snapshot), [undefined]);
  });

  it('leaves undecided a detached snapshot of which nobody knows whether it is used', () => {
    const detached = makeDatasetLink('tank/k8s/snaps/pvc-1/s', { role: 'detachedSnapshot', uses: unread });

    assert.deepEqual(say([], [detached]).undecided, [`Dataset tank/k8s/snaps/pvc-1/s: ${unreadWords}`]);
  });

  describe('beside a backup tool', () => {
    const shared = makeBackend({ id: 'other', cluster: 'staging', parents: ['tank/else', 'tank/k8s/vols'] });
    const judge = (
      tools: readonly Partial<BackupTool>[] | undefined,
      {
        zfs = snapshot,
        backends = [exclusive],
        ...parts
      }: Partial<SnapshotLink> & {
        zfs?: typeof snapshot;
        backends?: readonly ReturnType<typeof makeBackend>[];
      } = {},
    ) => {
      const { findings } = runDetector(backendSnapshotWithoutObject, {
        links: { snapshots: [link(parts, zfs)], datasets: [livingVolume], backends },
        cluster: tools === undefined ? {} : { backupTools: tools },
      });
      const [finding] = findings;
      const tool = finding?.evidence.find(({ fact }) => fact === 'may belong to a backup tool')?.value;
      return { severity: finding?.severity, confidence: finding?.confidence, tool };
    };
    const ours = { severity: undefined, confidence: 'high', tool: undefined };
    const velero = { severity: 'LOW', confidence: 'medium', tool: 'velero' };

    it('is less sure and says which', () => assert.deepEqual(judge([{ name: 'velero' }]), velero));

    it('stays as unsure as it was of one that may be another deployment’s', () => {
      assert.deepEqual(judge([{ name: 'velero' }], { backend: makeBackend() }), { ...velero, confidence: 'low' });
    });

    it('is sure where no tool was seen', () => assert.deepEqual(judge([]), ours));

    it('says that nobody could ask for tools', () => {
      assert.deepEqual(judge(undefined), {
        ...velero,
        tool: 'unknown: cluster prod could not be asked for backup tools',
      });
    });

    it('is sure when the snapshot is older than the longest backup lives, and not at that very age', () => {
      const aged = (ms: number) => ({ zfs: { ...snapshot, createdAt: agoOnNas(ms) } });
      const tools = [{ name: 'velero', longestTtlMs: 30 * dayMs }] as const;

      assert.deepEqual(judge(tools, aged(30 * dayMs)), velero);
      assert.deepEqual(judge(tools, aged(30 * dayMs + 1)), ours);
    });

    it('asks every cluster that fills the same parents, and no other', () => {
      const unknown = 'unknown: cluster staging could not be asked for backup tools';
      const elsewhere = [
        { ...shared, nas: 'nas02' },
        { ...shared, parents: ['tank/else'] },
      ];

      assert.equal(judge([], { backends: [exclusive, shared] }).tool, unknown);
      assert.equal(judge([], { backends: [exclusive, ...elsewhere] }).tool, undefined);
    });

    it('lowers a detached snapshot too', () => {
      const detached = makeDatasetLink('tank/k8s/snaps/pvc-1/s', { role: 'detachedSnapshot', backend: exclusive });
      const severity = (tools: readonly object[]) =>
        runDetector(backendSnapshotWithoutObject, {
          links: { datasets: [detached], backends: [exclusive] },
          cluster: { backupTools: tools },
        }).findings.map((finding) => [finding.severity, finding.evidence.at(-1)?.value]);

      assert.deepEqual(severity([{ name: 'velero' }]), [['LOW', 'velero']]);
      assert.equal(severity([])[0]?.[0], undefined);
      assert.ok(
        !(
          'severity' in
          (runDetector(backendSnapshotWithoutObject, {
            links: { datasets: [detached], backends: [exclusive] },
            cluster: { backupTools: [] },
          }).findings[0] ?? {})
        ),
      );
    });
  });

  it('says little of a snapshot without a backend: low confidence, no bytes, no cluster to ask', () => {
    const nobody = without(link(), 'backend') as SnapshotLink;
    const { findings } = runDetector(backendSnapshotWithoutObject, {
      links: { snapshots: [nobody], datasets: [livingVolume] },
    });

    assert.deepEqual(findings[0]?.bytes, { used: 7 });
    assert.equal(findings[0]?.confidence, 'low');
    assert.equal(findings[0]?.severity, 'LOW');
    assert.match(findings[0]?.why ?? '', /^s was made by a CSI driver and no /);
    assert.equal(findings[0]?.premises.length, 1);
  });

  it('looks again for the content of its VolumeSnapshot only where both are known', () => {
    const premises = (parts: Partial<SnapshotLink>, base: SnapshotLink = link()) =>
      runDetector(backendSnapshotWithoutObject, {
        links: { snapshots: [{ ...base, ...parts }], datasets: [livingVolume] },
      }).findings[0]?.premises.map(({ source, name, expect }) => `${source} ${name} ${expect}`);
    const here = `nas/nas01 ${snapshot.name} present`;

    assert.deepEqual(premises({ snapshotUid: 'u' }), [here, 'cluster/prod snapcontent-u absent']);
    assert.deepEqual(premises({}), [here]);
    assert.deepEqual(premises({ snapshotUid: 'u' }, without(link(), 'backend') as SnapshotLink), [here]);
  });

  it('names the VolumeSnapshot it was made for only where the name tells', () => {
    const made = (parts: Partial<SnapshotLink>) =>
      runDetector(backendSnapshotWithoutObject, {
        links: { snapshots: [link(parts)], datasets: [livingVolume] },
      }).findings[0]?.evidence.find(({ fact }) => fact === 'VolumeSnapshot it was made for')?.value;

    assert.equal(made({ snapshotUid: 'u' }), 'uid u: no such object');
    assert.equal(made({}), undefined);
  });
});

describe('[U] orphans/temporary-snapshot-left', () => {
  const link = (parts: Partial<SnapshotLink> = {}, zfs = snapshot) =>
    makeSnapshotLink(zfs, { origin: 'temporary', backend: exclusive, ...parts });
  const say = (one: SnapshotLink, datasets: readonly DatasetLink[] = [livingVolume]) =>
    saidBy(temporarySnapshotLeft, { links: { snapshots: [one], datasets } });

  it('reports one of a living volume', () => assert.deepEqual(say(link()).found, [snapshot.name]));

  const innocent: readonly [string, SnapshotLink, (readonly DatasetLink[])?][] = [
    ['a snapshot of another origin', link({ origin: 'csi' })],
    ['the origin of a clone', link({ clones: ['tank/c'] })],
    ['one that ZFS will free with its last clone', link({}, { ...snapshot, deferDestroy: true })],
    ['one of a dataset that nobody knows', link(), []],
    ['one of a copy', link(), [{ ...livingVolume, role: 'replica' }]],
    ['one of a volume that is itself reported', link(), [makeDatasetLink(volume)]],
    ['one of a half-made volume', link(), [makeDatasetLink(volume, { role: 'incomplete' })]],
    ['one of a volume of which nobody knows whether it is used', link(), [makeDatasetLink(volume, { uses: unread })]],
  ];
  for (const [what, one, datasets] of innocent) {
    it(`leaves alone ${what}`, () => assert.deepEqual(say(one, datasets), nothing));
  }

  it('reports one below a dataset that is no volume, used or not', () => {
    assert.deepEqual(say(link(), [makeDatasetLink(volume, { role: 'detachedContainer' })]).found, [snapshot.name]);
  });

  it('says whose it is, why nothing needs it, and what to look at', () => {
    const guid = '42';
    const { findings } = runDetector(temporarySnapshotLeft, {
      links: { snapshots: [link({}, { ...snapshot, guid, createTxg: '7' })], datasets: [livingVolume] },
    });
    const [{ resource, why, evidence, remediation, premises }] = findings as [(typeof findings)[number]];

    assert.deepEqual(resource, {
      source: 'nas/nas01',
      nas: 'nas01',
      kind: 'ZfsSnapshot',
      name: snapshot.name,
      uid: guid,
    });
    assert.equal(why, 's was made for a copy or clone, and no dataset has it as its origin');
    assert.deepEqual(evidence, [
      { fact: 'dataset', value: volume, from: 'nas/nas01 snapshots' },
      { fact: 'clones', value: '0', from: 'nas/nas01 datasets, origin' },
    ]);
    assert.deepEqual(remediation.steps, [
      'Check that no copy is running (a claim that is Pending).',
      'Destroy the snapshot.',
    ]);
    assert.deepEqual(remediation.commands, [`midclt call zfs.snapshot.query '[["id","=","${snapshot.name}"]]'`]);
    assert.deepEqual(premises, [{ source: 'nas/nas01', kind: 'snapshot', name: snapshot.name, expect: 'present' }]);
  });

  it('leaves undecided what has no creation time', () => {
    assert.deepEqual(say(link({}, undated)), {
      found: [],
      undecided: [`ZfsSnapshot ${snapshot.name}: its creation time is unknown`],
    });
  });

  it('waits for a day by the clock of the NAS', () => {
    const at = (ms: number) => say(link({}, { ...snapshot, createdAt: agoOnNas(ms) }));

    assert.deepEqual(at(dayMs), nothing);
    assert.equal(at(dayMs + 1).found.length, 1);
  });

  it('passes on the mark that a person set on the snapshot', () => {
    const userProperties = { 'strandline:ignore': { value: 'kept for audit', source: 'LOCAL' as const } };
    const ignoreOf = (zfs: typeof snapshot) =>
      runDetector(temporarySnapshotLeft, {
        links: { snapshots: [link({}, zfs)], datasets: [livingVolume] },
      }).findings.map(({ ignore }) => ignore);

    assert.deepEqual(ignoreOf({ ...snapshot, userProperties }), [{ reason: 'kept for audit' }]);
    assert.deepEqual(ignoreOf(snapshot), [undefined]);
  });

  it('promises bytes only where it is sure whose it is', () => {
    const bytes = (backend: typeof exclusive) =>
      runDetector(temporarySnapshotLeft, { links: { snapshots: [link({ backend })], datasets: [livingVolume] } })
        .findings[0]?.bytes;

    assert.deepEqual(bytes(exclusive), { used: 7, reclaimable: 7 });
    assert.deepEqual(bytes(makeBackend()), { used: 7 });
  });
});

describe('[U] orphans/detached-container-empty', () => {
  const name = 'tank/k8s/snaps/pvc-1';
  const dataset = makeDataset(name, {
    usedByDatasetBytes: 1,
    usedBySnapshotsBytes: 2,
    usedByRefreservationBytes: 0,
  });
  const container = (parts: Partial<DatasetLink> = {}) =>
    makeDatasetLink(name, { role: 'detachedContainer', backend: exclusive, dataset, ...parts });
  const say = (link: DatasetLink, ...handles: readonly (string | undefined)[]) =>
    saidBy(detachedContainerEmpty, {
      links: {
        datasets: [link],
        contents: handles.map((snapshotHandle) =>
          makeContentLink(makeContent('c', snapshotHandle === undefined ? {} : { snapshotHandle })),
        ),
      },
      nas: { nfsClients: [], smbSessions: [] },
    });
  const using = (kind: 'staticVolume' | 'inlineVolume' | 'session' | 'claim' | 'persistentVolume') =>
    container({ uses: { status: 'found', value: [{ kind, name: 'x', from: 'y' }] } });

  it('reports an empty one, also when its volume still lives', () => {
    for (const link of [container(), using('claim'), using('persistentVolume')]) {
      assert.deepEqual(say(link), { found: [name], undecided: [] });
    }
  });

  it('leaves alone one that holds something, plays another role or is named by a content', () => {
    assert.deepEqual(say(container({ children: [`${name}/s`] })), nothing);
    assert.deepEqual(say(container({ role: 'child' })), nothing);
    assert.deepEqual(say(container(), undefined, 'pvc-1@s', 'pvc-1/s'), nothing);
  });

  it('is not held back by contents of other volumes, or of ordinary snapshots', () => {
    assert.deepEqual(say(container(), undefined, 'pvc-2/s', 'pvc-1@s', 'vols/pvc-1@s/x').found, [name]);
  });

  for (const kind of ['staticVolume', 'inlineVolume', 'session'] as const) {
    it(`leaves alone one in use by a ${kind}, whatever else refers to it`, () => {
      const claim = { kind: 'claim', name: 'x', from: 'y' } as const;

      assert.deepEqual(say(using(kind)), nothing);
      assert.deepEqual(
        say(container({ uses: { status: 'found', value: [claim, { kind, name: 'x', from: 'y' }] } })),
        nothing,
      );
    });
  }

  it('leaves undecided one of which nobody knows whether it is used', () => {
    assert.deepEqual(say(container({ uses: unread })), { found: [], undecided: [`Dataset ${name}: ${unreadWords}`] });
  });

  it('leaves undecided what has no creation time', () => {
    assert.deepEqual(say(container({ dataset: without(dataset, 'createdAt') })).undecided, [
      `Dataset ${name}: its creation time is unknown`,
    ]);
  });

  it('waits for a day by the clock of the NAS', () => {
    const at = (ms: number) => say(container({ dataset: { ...dataset, createdAt: agoOnNas(ms) } }));

    assert.deepEqual(at(dayMs), nothing);
    assert.equal(at(dayMs + 1).found.length, 1);
  });

  it('promises bytes only for an exclusive backend', () => {
    const judge = (backend: typeof exclusive) =>
      runDetector(detachedContainerEmpty, { links: { datasets: [container({ backend })] } }).findings[0];

    assert.equal(judge(exclusive)?.bytes.reclaimable, 3);
    assert.equal(judge(exclusive)?.confidence, 'high');
    assert.ok(!('reclaimable' in (judge(makeBackend())?.bytes ?? {})));
    assert.equal(judge(makeBackend())?.confidence, 'low');
  });

  it('names sessions that nobody could read, so that no plan takes it', () => {
    const blockers = runDetector(detachedContainerEmpty, { links: { datasets: [container()] } }).findings[0]?.blockers;

    assert.deepEqual(
      blockers?.map((blocker) => blocker.name),
      ['nfsClients', 'smbSessions'],
    );
  });
});
