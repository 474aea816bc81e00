import assert from 'node:assert/strict';
import type { VolumeAttachment } from '../../src/model/kubernetes.ts';
import type { DatasetLink, ShareLink, VolumeLink } from '../../src/model/links.ts';
import type { Replication, SnapshotTask } from '../../src/model/truenas.ts';
import { attachmentStale } from '../../src/orphans/attachment-stale.ts';
import { backendIncomplete } from '../../src/orphans/backend-incomplete.ts';
import { backendWithoutShare } from '../../src/orphans/backend-without-share.ts';
import { backendWithoutVolume } from '../../src/orphans/backend-without-volume.ts';
import { parentUnclaimed } from '../../src/orphans/parent-unclaimed.ts';
import { shareWithoutBackend } from '../../src/orphans/share-without-backend.ts';
import { taskWithoutBackend } from '../../src/orphans/task-without-backend.ts';
import { makeBackend, makeDatasetLink } from '../support/make-guard-input.ts';
import { makeDataset, makeMeta, makePod } from '../support/make-inventory.ts';
import {
  agoOnCluster,
  agoOnNas,
  makeVolume,
  makeVolumeLink,
  nothing,
  runDetector,
  saidBy,
  standsOn,
  unread,
  unreadWords,
  without,
} from '../support/run-detector.ts';

const dayMs = 86_400_000;
const old = '2026-01-05T00:00:00Z';
const name = 'tank/k8s/vols/pvc-1';
const exclusive = makeBackend({ exclusive: true });
const inUse = { status: 'found', value: [{ kind: 'claim', name: 'x', from: 'y' }] } as const;

for (const [detector, role] of [
  [backendWithoutVolume, 'volume'],
  [backendIncomplete, 'incomplete'],
] as const) {
  describe(`[U] orphans/${detector.meta.id}`, () => {
    const link = (parts: Partial<DatasetLink> = {}) => makeDatasetLink(name, { role, backend: exclusive, ...parts });
    const say = (one: DatasetLink) => saidBy(detector, { links: { datasets: [one] } });

    it('reports a dataset to which nothing refers', () => assert.deepEqual(say(link()).found, [name]));

    it('leaves alone one in use, or of another role', () => {
      assert.deepEqual(say(link({ uses: inUse })), nothing);
      assert.deepEqual(say(link({ role: 'child' })), nothing);
    });

    it('leaves undecided what a missing list or time leaves open, and what is locked', () => {
      const dataset = makeDataset(name);

      assert.deepEqual(say(link({ uses: unread })), { found: [], undecided: [`Dataset ${name}: ${unreadWords}`] });
      assert.deepEqual(say(link({ dataset: without(dataset, 'createdAt') })), {
        found: [],
        undecided: [`Dataset ${name}: its creation time is unknown`],
      });
      assert.deepEqual(say(link({ dataset: { ...dataset, locked: true } })), {
        found: [],
        undecided: [`Dataset ${name}: it is locked: its properties cannot be trusted`],
      });
    });

    it('waits for a day by the clock of the NAS', () => {
      const at = (ms: number) => say(link({ dataset: makeDataset(name, { createdAt: agoOnNas(ms) }) }));

      assert.deepEqual(at(dayMs), nothing);
      assert.deepEqual(at(dayMs + 1).found, [name]);
    });
  });
}

describe('[U] orphans/backend-incomplete, user properties', () => {
  it('leaves undecided a volume whose user properties could not be read, and only that', () => {
    const say = (role: DatasetLink['role'], userPropertiesRead: boolean) =>
      saidBy(backendIncomplete, {
        links: {
          datasets: [makeDatasetLink(name, { role, dataset: makeDataset(name, { userPropertiesRead }), uses: inUse })],
        },
      });

    assert.deepEqual(say('volume', false), {
      found: [],
      undecided: [`Dataset ${name}: its user properties could not be read`],
    });
    assert.deepEqual(say('volume', true), nothing);
    assert.deepEqual(say('child', false), nothing);
  });
});

describe('[U] orphans/backend-without-volume, what it says', () => {
  const judge = (parts: Partial<DatasetLink> = {}, backends: readonly object[] = []) =>
    runDetector(backendWithoutVolume, {
      links: { datasets: [makeDatasetLink(name, { backend: exclusive, ...parts })] },
      options: { backends: backends as never },
    }).findings[0];
  const { cluster, driver, nas } = exclusive;
  const keeps = { cluster, driver, nas, keepsDeleted: true };

  it('takes a leftover of a driver that keeps what it deletes for a choice', () => {
    assert.equal(judge({}, [keeps])?.severity, 'LOW');
    assert.equal(judge({}, [keeps])?.evidence.at(-1)?.fact, 'delete strategy');
    for (const other of [{ cluster: 'lab' }, { driver: 'd' }, { nas: 'nas02' }, { keepsDeleted: false }]) {
      assert.ok(!('severity' in (judge({}, [{ ...keeps, ...other }]) ?? {})));
    }
  });

  it('looks again for both names it may have in Kubernetes', () => {
    const finding = judge({ csiName: 'vol-1' });

    assert.deepEqual(
      finding?.premises.map((premise) => `${premise.source} ${premise.name}`),
      [`nas/nas01 ${name}`, 'cluster/prod vol-1', 'cluster/prod pvc-1'],
    );
    assert.equal(finding?.evidence.find(({ fact }) => fact === 'volume looked for')?.value, 'vol-1, pvc-1');
    assert.equal(judge()?.premises.length, 2);
  });

  it('says little where no backend is known', () => {
    const finding = runDetector(backendWithoutVolume, {
      links: { datasets: [makeDatasetLink(name)] },
      options: { backends: [keeps] },
    }).findings[0];

    assert.match(finding?.why ?? '', /was made by a CSI driver and no /);
    assert.deepEqual([finding?.severity, finding?.confidence, finding?.premises.length], ['LOW', 'low', 1]);
    assert.deepEqual(
      finding?.evidence.map(({ fact }) => fact),
      ['volume looked for', 'snapshots'],
    );
  });

  it('counts snapshots only where they were read', () => {
    assert.ok(judge({ snapshots: unread })?.evidence.every(({ fact }) => fact !== 'snapshots'));
  });
});

describe('[U] orphans/backend-without-share', () => {
  const dataset = makeDataset(name);
  const backing = standsOn(dataset);
  const absent = { status: 'absent' } as const;
  const link = (parts: Partial<VolumeLink> = {}, volume: Parameters<typeof makeVolume>[1] = {}) =>
    makeVolumeLink(makeVolume('pv', volume), { backing, share: absent, ...parts });
  const say = (one: VolumeLink) => saidBy(backendWithoutShare, { links: { volumes: [one] } });
  const judge = (one: VolumeLink, datasets: readonly DatasetLink[] = []) =>
    runDetector(backendWithoutShare, { links: { volumes: [one], datasets } }).findings[0];

  it('reports one that nothing serves, bound or waiting for a claim', () => {
    assert.deepEqual(say(link()), { found: [name], undecided: [] });
    assert.deepEqual(say(link({}, { phase: 'Available' })).found, [name]);
  });

  it('leaves alone one that is served, gone, released or being deleted', () => {
    const share = { status: 'found', value: { nas: 'nas01', kind: 'NfsShare', id: 1, name: 'x' } } as const;

    assert.deepEqual(say(link({ share })), nothing);
    assert.deepEqual(say(link({ backing: absent })), nothing);
    assert.deepEqual(say(link({}, { phase: 'Released' })), nothing);
    assert.deepEqual(say(link({}, { deletingSince: old })), nothing);
  });

  it('leaves undecided what a missing list or time leaves open, and is silent where there is nothing to read', () => {
    assert.deepEqual(say(link({ share: unread })), { found: [], undecided: [`Dataset ${name}: ${unreadWords}`] });
    assert.deepEqual(say(link({ share: { status: 'unknown', unread: [] } })), nothing);
    assert.deepEqual(say({ ...link(), volume: without(makeVolume('pv'), 'createdAt') }), {
      found: [],
      undecided: [`Dataset ${name}: its creation time is unknown`],
    });
  });

  it('waits for a day by the clock of the cluster', () => {
    assert.deepEqual(say(link({}, { createdAt: agoOnCluster(dayMs) })), nothing);
    assert.deepEqual(say(link({}, { createdAt: agoOnCluster(dayMs + 1) })).found, [name]);
  });

  it('takes the mark of the volume before that of the dataset', () => {
    const userProperties = { 'strandline:ignore': { value: 'on the NAS', source: 'LOCAL' as const } };
    const marked = { backing: standsOn({ ...dataset, userProperties }) };

    assert.deepEqual(judge(link(marked, { ignore: { reason: 'on the volume' } }))?.ignore, {
      reason: 'on the volume',
      on: 'PersistentVolume pv',
    });
    assert.deepEqual(judge(link(marked))?.ignore, { reason: 'on the NAS' });
    assert.ok(!('ignore' in (judge(link()) ?? {})));
  });

  it('shows what the volume wants to mount, and who does', () => {
    const mounts = (attributes: Record<string, string>) =>
      judge(link({}, { csi: { driver: 'd', handle: 'h', attributes } }))?.evidence.find(
        ({ fact }) => fact === 'the volume mounts',
      )?.value;

    assert.equal(mounts({ share: '/a', nfsPath: '/b', iqn: 'c', targetIQN: 'd' }), '/a');
    assert.equal(mounts({ nfsPath: '/b', iqn: 'c', targetIQN: 'd' }), '/b');
    assert.equal(mounts({ iqn: 'c', targetIQN: 'd' }), 'c');
    assert.equal(mounts({ targetIQN: 'd' }), 'd');
    assert.equal(mounts({}), undefined);
    assert.equal(judge({ ...link(), volume: without(makeVolume('pv'), 'csi') })?.evidence.length, 2);
    const mounted = judge(link({ mountedBy: { status: 'found', value: [makePod('web-0', 'worker1', [])] } }));
    assert.equal(mounted?.evidence.at(-1)?.value, 'democratic-csi/web-0');
    assert.equal(judge(link({ mountedBy: unread }))?.evidence.length, 2);
  });

  it('says that there is a share which serves nobody', () => {
    const value = [{ nas: 'nas01', kind: 'NfsShare', id: 4, name: '/mnt/x' }] as const;
    const disabled = judge(link(), [makeDatasetLink(name, { shares: { status: 'found', value } })]);

    assert.match(disabled?.why ?? '', /its share is disabled or has no target$/);
    assert.equal(disabled?.evidence.at(-1)?.value, 'NfsShare 4 /mnt/x');
    assert.match(judge(link(), [makeDatasetLink(name, { shares: unread })])?.why ?? '', /nothing serves it/);
  });
});

describe('[U] orphans/share-without-backend', () => {
  const share: ShareLink = {
    nas: 'nas01',
    ref: { nas: 'nas01', kind: 'NfsShare', id: 4, name: '/mnt/tank/k8s/vols/pvc-1' },
    backend: exclusive,
    proofs: [],
    target: { status: 'absent' },
    partners: [],
    pointsAt: '/mnt/tank/k8s/vols/pvc-1',
    isEnabled: true,
    uses: { status: 'absent' },
  };
  const say = (parts: Partial<ShareLink>) =>
    saidBy(shareWithoutBackend, { links: { shares: [{ ...share, ...parts }] } });
  const undecided = (because: string) => ({ found: [], undecided: [`NfsShare ${share.ref.name}: ${because}`] });

  it('reports one that serves nothing', () => assert.deepEqual(say({}).found, [share.ref.name]));

  it('weighs little where nobody can be sure whose it is', () => {
    const severity = (parts: Partial<ShareLink>) =>
      runDetector(shareWithoutBackend, { links: { shares: [{ ...share, ...parts }] } }).findings[0]?.severity;

    assert.equal(severity({ backend: makeBackend() }), 'LOW');
    assert.equal(severity({}), undefined);
  });

  it('leaves alone one that serves a dataset, and one that something still names', () => {
    assert.deepEqual(
      say({ target: { status: 'found', value: { nas: 'nas01', dataset: makeDataset(name) } }, isLocked: true }),
      nothing,
    );
    assert.deepEqual(say({ uses: inUse }), nothing);
  });

  it('leaves undecided what is locked or what a missing list leaves open', () => {
    assert.deepEqual(say({ isLocked: true }), undecided('it is locked: its dataset cannot be seen'));
    assert.deepEqual(say({ isLocked: false }).found, [share.ref.name]);
    assert.deepEqual(say({ target: unread }), undecided(unreadWords));
    assert.deepEqual(say({ target: unread, uses: inUse }), undecided(unreadWords));
    assert.deepEqual(say({ uses: unread }), undecided(unreadWords));
  });
});

describe('[U] orphans/task-without-backend', () => {
  const gone = 'tank/k8s/vols/pvc-9';
  const shared = makeBackend({ id: 'shared', cluster: 'lab' });
  interface Given {
    readonly tasks?: readonly Partial<SnapshotTask>[];
    readonly replications?: readonly Partial<Replication>[];
    readonly volumes?: readonly VolumeLink[];
    readonly backends?: readonly ReturnType<typeof makeBackend>[];
  }
  const judge = ({ tasks = [], replications = [], volumes = [], backends = [exclusive] }: Given) =>
    runDetector(taskWithoutBackend, {
      nas: {
        datasets: [makeDataset(name)],
        snapshotTasks: tasks.map((task) => ({ id: 1, namingSchema: 'auto', enabled: true, ...task })),
        replications: replications.map((task) => ({ id: 2, name: 'off-site', direction: 'PUSH', ...task })),
      },
      links: { volumes, backends },
    }).findings;
  const found = (given: Given) => judge(given).map(({ resource }) => resource.name);

  it('reports a task for a volume that is gone', () => {
    assert.deepEqual(found({ tasks: [{ dataset: gone }] }), [gone]);
  });

  it('leaves alone a task whose dataset is there, lies elsewhere, or is that of a volume that we know', () => {
    const known = makeVolumeLink(makeVolume('pv', { csi: { driver: 'd', handle: 'x/pvc-9', attributes: {} } }));
    const handless = makeVolumeLink(without(makeVolume('pvc-9'), 'csi'));

    assert.deepEqual(found({ tasks: [{ dataset: name }] }), []);
    assert.deepEqual(found({ tasks: [{ dataset: 'tank/other/pvc-9' }, { dataset: 'tank' }] }), []);
    for (const volume of [known, handless]) {
      assert.deepEqual(found({ tasks: [{ dataset: gone }], volumes: [volume] }), []);
    }
    assert.deepEqual(found({ tasks: [{ dataset: gone }], backends: [{ ...exclusive, nas: 'nas02' }] }), []);
  });

  it('reports a replication only when all of what it sends is gone, and only one that sends', () => {
    const sends = (...sourceDatasets: readonly string[]) => found({ replications: [{ sourceDatasets }] });

    assert.deepEqual(sends(gone, 'tank/k8s/vols/pvc-8'), ['off-site']);
    assert.deepEqual(sends(gone, name), []);
    assert.deepEqual(sends(), []);
    assert.deepEqual(found({ replications: [{ direction: 'PULL', sourceDatasets: [gone] }] }), []);
    assert.equal(
      judge({ replications: [{ sourceDatasets: [gone, 'tank/k8s/vols/pvc-8'] }] })[0]?.why,
      `replication off-site sends ${gone}, tank/k8s/vols/pvc-8, which does not exist`,
    );
  });

  it('is sure only when every backend below every parent is exclusive', () => {
    const other = makeBackend({ id: 'other', parents: ['tank/k8s/lab'], cluster: 'lab' });
    const sure = (backends: Given['backends'], ...sourceDatasets: readonly string[]) =>
      judge({ replications: [{ sourceDatasets }], ...(backends !== undefined && { backends }) })[0]?.confidence;

    assert.equal(sure([exclusive], gone), 'high');
    assert.equal(sure([exclusive, shared], gone), 'low');
    assert.equal(sure([exclusive, other], gone, 'tank/k8s/lab/pvc-1'), 'low');
  });

  it('is as sure of a snapshot task as of its parent', () => {
    const sure = (backends: readonly ReturnType<typeof makeBackend>[]) =>
      judge({ tasks: [{ dataset: gone }], backends })[0]?.confidence;

    assert.equal(sure([exclusive]), 'high');
    assert.equal(sure([exclusive, shared]), 'low');
  });

  it('says whether the task is switched on', () => {
    const enabled = (one: boolean) => judge({ tasks: [{ dataset: gone, enabled: one }] })[0]?.evidence[1]?.value;

    assert.deepEqual([enabled(true), enabled(false)], ['yes', 'no']);
  });
});

describe('[U] orphans/parent-unclaimed', () => {
  it('counts in words that fit', () => {
    const why = (volumes: number) =>
      runDetector(parentUnclaimed, {
        links: { unclaimedParents: [{ nas: 'nas01', parent: 'tank/x', volumes, proofs: [] }] },
      }).findings[0]?.why;

    assert.match(why(1) ?? '', /^1 CSI volume below tank\/x /);
    assert.match(why(2) ?? '', /^2 CSI volumes below tank\/x /);
  });
});

describe('[U] orphans/attachment-stale', () => {
  const hourMs = 3_600_000;
  const attachment = {
    ...makeMeta('att'),
    attacher: 'org.democratic-csi.nfs',
    node: 'worker1',
    persistentVolume: 'pv',
    attached: true,
  };
  const run = (one: VolumeAttachment, nodes = ['worker1'], volumes = ['pv']) => ({
    cluster: {
      volumeAttachments: [one],
      persistentVolumes: volumes.map((volume) => makeVolume(volume)),
      nodes: nodes.map((node) => makeMeta(node)),
      storageClasses: [],
    },
    links: { volumes: [makeVolumeLink(makeVolume('pv'))] },
    options: { attachmentStaleMs: hourMs },
  });
  const say = (...given: Parameters<typeof run>) => saidBy(attachmentStale, run(...given));
  const judge = (...given: Parameters<typeof run>) => runDetector(attachmentStale, run(...given)).findings[0];

  it('reports one whose node or volume is gone', () => {
    assert.equal(judge(attachment, [])?.why, 'its node worker1 does not exist any more');
    assert.equal(judge(attachment, undefined, [])?.why, 'its volume pv does not exist any more');
  });

  it('leaves alone one of a living volume on a living node, of another driver, or of an inline volume', () => {
    assert.deepEqual(say(attachment), nothing);
    assert.deepEqual(say({ ...attachment, attacher: 'other.io' }, []), nothing);
    assert.deepEqual(say(without(attachment, 'persistentVolume'), []), nothing);
  });

  it('waits for the limit by the clock of the cluster, and does not guess without a time', () => {
    assert.deepEqual(say({ ...attachment, createdAt: agoOnCluster(hourMs) }, []), nothing);
    assert.deepEqual(say({ ...attachment, createdAt: agoOnCluster(hourMs + 1) }, []).found, ['att']);
    assert.deepEqual(say(without(attachment, 'createdAt'), []), {
      found: [],
      undecided: ['VolumeAttachment att: its creation time is unknown'],
    });
  });

  it('reports one that does not detach, after the limit', () => {
    const detaching = (ms: number) => ({ ...attachment, deletingSince: agoOnCluster(ms) });

    assert.deepEqual(say(detaching(hourMs)), nothing);
    assert.match(judge(detaching(hourMs + 1))?.why ?? '', /^it has been detaching since 2026-.*: no error is given$/);
    assert.match(judge({ ...detaching(hourMs + 1), detachError: { message: 'busy' } })?.why ?? '', /: busy$/);
  });

  it('shows finalizers only where there are some', () => {
    const finalizers = (...names: readonly string[]) =>
      judge({ ...attachment, finalizers: names }, [])?.evidence.find(({ fact }) => fact === 'finalizers')?.value;

    assert.equal(finalizers('a', 'b'), 'a, b');
    assert.equal(finalizers(), undefined);
  });
});
