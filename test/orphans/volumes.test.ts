import assert from 'node:assert/strict';
import type { Detector } from '../../src/model/check.ts';
import type { PersistentVolume } from '../../src/model/kubernetes.ts';
import type { DatasetLink, VolumeLink } from '../../src/model/links.ts';
import { backendSharedByVolumes } from '../../src/orphans/backend-shared-by-volumes.ts';
import { volumeAvailable } from '../../src/orphans/volume-available.ts';
import { volumeReleased } from '../../src/orphans/volume-released.ts';
import { volumeRetained } from '../../src/orphans/volume-retained.ts';
import { volumeWithoutBackend } from '../../src/orphans/volume-without-backend.ts';
import { makeBackend, makeDatasetLink } from '../support/make-guard-input.ts';
import { makeDataset, makePod } from '../support/make-inventory.ts';
import {
  agoOnCluster,
  type DetectorParts,
  makeVolume,
  makeVolumeLink,
  makeZfsSnapshot,
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
const dataset = makeDataset('tank/k8s/vols/pv', {
  usedByDatasetBytes: 1,
  usedBySnapshotsBytes: 2,
  usedByRefreservationBytes: 0,
});
const released = makeVolume('pv', { phase: 'Released', capacityBytes: 9 });
const found = standsOn(dataset);

const parts = (
  volume: PersistentVolume,
  link: Partial<VolumeLink> = {},
  cluster: NonNullable<DetectorParts['cluster']> = {},
  datasets: readonly DatasetLink[] = [makeDatasetLink(dataset.name, { dataset })],
): DetectorParts => ({ cluster, links: { volumes: [makeVolumeLink(volume, { backing: found, ...link })], datasets } });

describe('[U] orphans, volumes of a phase', () => {
  const phases: readonly [Detector, PersistentVolume, string][] = [
    [volumeReleased, released, 'the time of its release is unknown'],
    [volumeRetained, { ...released, reclaimPolicy: 'Retain' }, 'the time of its release is unknown'],
    [volumeAvailable, { ...released, phase: 'Available' }, 'its creation time is unknown'],
  ];
  for (const [detector, volume, unknown] of phases) {
    describe(detector.meta.id, () => {
      const say = (one: PersistentVolume, link: Partial<VolumeLink> = {}) => saidBy(detector, parts(one, link));

      it('reports it', () => assert.deepEqual(say(volume), { found: ['pv'], undecided: [] }));

      it('leaves alone one of another phase, and one that is reported as gone', () => {
        assert.deepEqual(say({ ...volume, phase: 'Bound' }), nothing);
        assert.deepEqual(say(volume, { backing: { status: 'absent' } }), nothing);
      });

      it('leaves undecided what has no time', () => {
        assert.deepEqual(say(without(volume, 'createdAt')), {
          found: [],
          undecided: [`PersistentVolume pv: ${unknown}`],
        });
      });

      it('counts a day from the change of phase where that is known, by the clock of the cluster', () => {
        assert.deepEqual(say({ ...volume, phaseSince: agoOnCluster(dayMs) }), nothing);
        assert.deepEqual(say({ ...volume, phaseSince: agoOnCluster(dayMs + 1) }).found, ['pv']);
        assert.deepEqual(say({ ...volume, createdAt: agoOnCluster(dayMs) }), nothing);
      });

      it('knows no bytes of a dataset that nobody could see, or that is not below a parent', () => {
        const judge = (...given: Parameters<typeof parts>) => runDetector(detector, parts(...given)).findings[0];
        const unseen = judge(volume, { backing: unread });

        assert.deepEqual(judge(volume)?.bytes, { provisioned: 9, used: 10, reclaimable: 3 });
        assert.deepEqual(judge(volume, {}, {}, [])?.bytes, { provisioned: 9, used: 10 });
        assert.deepEqual(unseen?.bytes, { provisioned: 9 });
        assert.ok(unseen?.evidence.every(({ fact }) => fact !== 'dataset'));
        assert.equal(judge(volume)?.evidence.find(({ fact }) => fact === 'dataset')?.from, 'nas/nas01 datasets');
      });
    });
  }

  it('takes a failed deletion for a stuck one, whatever the policy', () => {
    const failed = { ...released, phase: 'Failed' };

    assert.deepEqual(saidBy(volumeReleased, parts(failed)).found, ['pv']);
    assert.deepEqual(saidBy(volumeRetained, parts({ ...failed, reclaimPolicy: 'Retain' })).found, ['pv']);
  });

  it('keeps the choice to retain apart from a deletion that is stuck', () => {
    assert.deepEqual(saidBy(volumeReleased, parts({ ...released, reclaimPolicy: 'Retain' })), nothing);
    assert.deepEqual(saidBy(volumeRetained, parts(released)), nothing);
  });

  it('leaves alone an available volume that has had a claim, not one that is set aside for one', () => {
    const available = { ...released, phase: 'Available' };
    const claim = { namespace: 'shop', name: 'data' };

    assert.deepEqual(saidBy(volumeAvailable, parts({ ...available, claim: { ...claim, uid: 'u' } })), nothing);
    assert.deepEqual(saidBy(volumeAvailable, parts({ ...available, claim })).found, ['pv']);
  });
});

describe('[U] orphans/volume-released, what blocks it', () => {
  const judge = (cluster: NonNullable<DetectorParts['cluster']>, link: Partial<DatasetLink> = {}) => {
    const datasets = [makeDatasetLink(dataset.name, { dataset, ...link })];
    const finding = runDetector(volumeReleased, parts(released, {}, cluster, datasets)).findings[0];
    return {
      why: finding?.why.split('not deleted: ')[1],
      blockers: finding?.blockers.map(({ kind, name, why }) => `${kind} ${name} ${why}`),
      events: finding?.evidence.filter(({ from }) => from.endsWith(' events')).map(({ value }) => value),
    };
  };
  const silent = 'nothing that blocks it could be seen; look at the log of the provisioner';
  const event = (message: string, object: object = {}, reason = 'VolumeFailedDelete') => ({
    reason,
    message,
    object: { kind: 'PersistentVolume', name: 'pv', ...object },
  });

  it('says that nothing could be seen', () => {
    for (const lists of [{}, { events: [], volumeAttachments: [] }]) {
      assert.deepEqual(judge(lists), { why: silent, blockers: [], events: [] });
    }
  });

  it('names attachments of this volume', () => {
    const attachment = (name: string, persistentVolume: string) => ({ name, persistentVolume, node: 'worker1' });

    assert.deepEqual(judge({ volumeAttachments: [attachment('a', 'pv'), attachment('b', 'other')] }), {
      why: 'attachment a still attached to worker1',
      blockers: ['attachment a still attached to worker1'],
      events: [],
    });
  });

  it('names clones, holds and snapshots', () => {
    const value = [makeZfsSnapshot(`${dataset.name}@a`, { holds: ['backup'] }), makeZfsSnapshot(`${dataset.name}@b`)];

    assert.deepEqual(judge({}, { clones: ['tank/c'], snapshots: { status: 'found', value } }).blockers, [
      'clone tank/c is a clone of one of its snapshots',
      `hold ${dataset.name}@a is held by backup`,
      `snapshot 2 on ${dataset.name} newer drivers refuse while snapshots exist`,
    ]);
    assert.deepEqual(judge({}, { snapshots: unread }).blockers, []);
  });

  it('names the first failed deletion of this volume', () => {
    const events = [
      event('of another', { name: 'other' }),
      event('of a claim', { kind: 'PersistentVolumeClaim' }),
      event('no matter', {}, 'Recycled'),
      event('dataset is busy'),
      event('later'),
    ];

    assert.deepEqual(judge({ events }), { why: 'dataset is busy', blockers: [], events: ['dataset is busy'] });
  });

  it('says what it can of a volume whose dataset is not below a parent', () => {
    const finding = runDetector(volumeReleased, parts(released, {}, {}, [])).findings[0];

    assert.deepEqual(finding?.blockers, []);
    assert.match(finding?.why ?? '', /nothing that blocks it could be seen/);
  });
});

describe('[U] orphans/volume-without-backend', () => {
  const volume = makeVolume('pv');
  const run = (one: PersistentVolume, link: Partial<VolumeLink> = {}) =>
    ({ links: { volumes: [makeVolumeLink(one, link)] } }) as const;
  const say = (...given: Parameters<typeof run>) => saidBy(volumeWithoutBackend, run(...given));
  const judge = (...given: Parameters<typeof run>) => runDetector(volumeWithoutBackend, run(...given)).findings[0];

  it('reports one whose dataset is gone', () => assert.deepEqual(say(volume), { found: ['pv'], undecided: [] }));

  it('leaves alone one that stands, or is being deleted', () => {
    assert.deepEqual(say(volume, { backing: found }), nothing);
    assert.deepEqual(say({ ...volume, deletingSince: old }), nothing);
    assert.deepEqual(say({ ...volume, deletingSince: old }, { backing: unread }), nothing);
  });

  it('leaves undecided what a missing list or time leaves open', () => {
    assert.deepEqual(say(volume, { backing: unread }), {
      found: [],
      undecided: [`PersistentVolume pv: ${unreadWords}`],
    });
    assert.deepEqual(say(without(volume, 'createdAt')), {
      found: [],
      undecided: ['PersistentVolume pv: its creation time is unknown'],
    });
  });

  it('waits for a day by the clock of the cluster', () => {
    assert.deepEqual(say({ ...volume, createdAt: agoOnCluster(dayMs) }), nothing);
    assert.deepEqual(say({ ...volume, createdAt: agoOnCluster(dayMs + 1) }).found, ['pv']);
  });

  it('is critical while a pod mounts it, and says when nobody could look', () => {
    const mounted = judge(volume, { mountedBy: { status: 'found', value: [makePod('web-0', 'worker1', [])] } });
    const unseen = judge(volume, { mountedBy: unread });

    assert.equal(mounted?.severity, 'CRITICAL');
    assert.deepEqual(mounted?.blockers, [{ kind: 'pod', name: 'democratic-csi/web-0', why: 'mounts the claim' }]);
    assert.ok(!('severity' in (unseen ?? {})));
    assert.deepEqual(unseen?.evidence.at(-1), {
      fact: 'mounted by',
      value: 'unknown: pods could not be read',
      from: 'cluster/prod pods',
    });
    assert.ok(judge(volume)?.evidence.every(({ fact }) => fact !== 'mounted by'));
  });

  it('looks again under the name that the dataset must have', () => {
    const wanted = (...given: Parameters<typeof run>) =>
      judge(...given)
        ?.premises.slice(1)
        .map(({ name }) => name);
    const official = makeVolume('pv', { csi: { driver: 'csi.truenas.io', handle: 'tank/v', attributes: {} } });
    const link = without(makeVolumeLink(volume), 'backend');

    assert.deepEqual(wanted(volume), ['tank/k8s/vols/pv']);
    assert.deepEqual(wanted(official, { backend: makeBackend({ family: 'truenas-csi' }) }), ['tank/v']);
    const nameless = runDetector(volumeWithoutBackend, { links: { volumes: [link] } }).findings[0];
    assert.deepEqual([nameless?.premises.length, nameless?.why.split(',')[0]], [1, 'pv does not exist on nas01']);
    const handless = runDetector(volumeWithoutBackend, {
      links: { volumes: [{ ...link, volume: without(volume, 'csi') }] },
    }).findings[0];
    assert.match(handless?.why ?? '', /^ does not exist on nas01/);
  });

  it('writes names of any sign into its command so that a shell takes them as they are', () => {
    const odd = makeVolume('pv', { csi: { driver: 'd', handle: "it's", attributes: {} } });

    assert.equal(
      judge(odd)?.remediation.commands[1],
      `midclt call pool.dataset.query '[["id","=","tank/k8s/vols/it\\u0027s"]]'`,
    );
  });
});

describe('[U] orphans/backend-shared-by-volumes', () => {
  const on = (name: string, link: Partial<VolumeLink> = {}, volume: Partial<PersistentVolume> = {}) =>
    makeVolumeLink(makeVolume(name, volume), { backing: found, ...link });
  const say = (...volumes: readonly VolumeLink[]) => saidBy(backendSharedByVolumes, { links: { volumes } }).found;
  const judge = (...volumes: readonly VolumeLink[]) =>
    runDetector(backendSharedByVolumes, { links: { volumes } }).findings.map(({ why }) => why);
  const attributes = (own: Record<string, string>, handle = 'h') => ({
    csi: { driver: 'org.democratic-csi.iscsi', handle, attributes: own },
  });

  it('reports volumes on one dataset once, by the first name', () => {
    assert.deepEqual(judge(on('c'), on('a'), on('b', { cluster: 'lab' })), [
      'it shares dataset tank/k8s/vols/pv on nas01 with prod/a, prod/c',
    ]);
    assert.deepEqual(say(on('a')), []);
  });

  it('tells every group that shares something', () => {
    const other = { backing: standsOn(makeDataset('tank/k8s/vols/other')) };

    assert.deepEqual(say(on('a'), on('b'), on('c', other), on('d', other)), ['a', 'c']);
  });

  it('leaves out what is out of reach or being deleted', () => {
    assert.deepEqual(say(on('a'), on('b', { outOfReach: 'elsewhere' })), []);
    assert.deepEqual(say(on('a'), on('b', {}, { deletingSince: old })), []);
  });

  it('goes by driver, handle and cluster where the dataset is not seen', () => {
    const same = { csi: { driver: 'd', handle: 'h', attributes: {} } };
    const unseen = { backing: unread } as const;

    assert.deepEqual(judge(on('a', unseen, same), on('b', unseen, same)), [
      'it shares handle d h of cluster prod with prod/b',
    ]);
    assert.deepEqual(say(on('a', unseen, same), on('b', { ...unseen, cluster: 'lab' }, same)), []);
    assert.deepEqual(say(on('a', unseen, same), on('b', unseen)), []);
    const handless = makeVolumeLink(without(makeVolume('a'), 'csi'), unseen);
    assert.deepEqual(judge(handless, { ...handless, volume: without(makeVolume('b'), 'csi') }), [
      'it shares handle   of cluster prod with prod/b',
    ]);
  });

  it('reports one target with the same LUN, by either name of the attribute', () => {
    const other = standsOn(makeDataset('tank/k8s/vols/other'));
    const pair = (a: Record<string, string>, b: Record<string, string>) =>
      judge(on('a', {}, attributes(a)), on('b', { backing: other }, attributes(b)));

    assert.deepEqual(pair({ iqn: 'iqn:x' }, { targetIQN: 'iqn:x', lun: '0' }), [
      'it shares target iqn:x lun 0 with prod/b',
    ]);
    assert.deepEqual(pair({ iqn: 'iqn:x', lun: '1' }, { iqn: 'iqn:x' }), []);
    assert.deepEqual(pair({ iqn: 'iqn:x' }, { iqn: 'iqn:y' }), []);
    assert.deepEqual(pair({}, {}), []);
  });

  it('reports a pair once although it shares both', () => {
    const shared = attributes({ iqn: 'iqn:x' });

    assert.deepEqual(say(on('a', {}, shared), on('b', {}, shared)), ['a']);
  });
});
