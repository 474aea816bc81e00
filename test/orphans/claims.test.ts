import assert from 'node:assert/strict';
import type { Claim, KubeEvent, StorageClass } from '../../src/model/kubernetes.ts';
import type { VolumeLink } from '../../src/model/links.ts';
import { claimLost } from '../../src/orphans/claim-lost.ts';
import { claimUnbound } from '../../src/orphans/claim-unbound.ts';
import { claimUnused } from '../../src/orphans/claim-unused.ts';
import { makeDatasetLink } from '../support/make-guard-input.ts';
import { makeDataset, makeMeta, makePod } from '../support/make-inventory.ts';
import {
  agoOnCluster,
  makeClaim,
  makeVolume,
  makeVolumeLink,
  nothing,
  runDetector,
  saidBy,
  standsOn,
  unread,
  without,
} from '../support/run-detector.ts';

const old = '2026-01-05T00:00:00Z';
const minuteMs = 60_000;
const classOf = (provisioner: string, bindingMode = 'Immediate') =>
  ({ ...makeMeta('fast'), provisioner, bindingMode, isDefault: false }) as unknown as StorageClass;
const ours = classOf('org.democratic-csi.nfs');
const podWith = (storage: Partial<ReturnType<typeof makePod>['storage']>, namespace = 'shop') => ({
  ...makePod('web-0', 'worker1', []),
  namespace,
  storage: { claims: [], ephemeral: [], inline: [], ...storage },
});

describe('[U] orphans/claim-unbound', () => {
  const claim = makeClaim('data', { phase: 'Pending', storageClass: 'fast' });
  const event = (reason: string, message: string, object: Partial<KubeEvent['object']> = {}) => ({
    reason,
    message,
    object: { kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data', ...object },
  });
  interface Given {
    readonly classes?: readonly StorageClass[];
    readonly pods?: readonly ReturnType<typeof podWith>[];
    readonly events?: readonly ReturnType<typeof event>[];
  }
  const parts = (one: Claim, { classes = [ours], pods = [], events }: Given = {}) => ({
    cluster: { claims: [one], storageClasses: classes, pods, ...(events !== undefined && { events }) },
    options: { claimPendingMs: 10 * minuteMs },
  });
  const say = (...given: Parameters<typeof parts>) => saidBy(claimUnbound, parts(...given));
  const judge = (...given: Parameters<typeof parts>) => runDetector(claimUnbound, parts(...given)).findings[0];
  const reasonOf = (...given: Parameters<typeof parts>) => judge(...given)?.why.split('limit: ')[1];

  it('reports one of our classes that does not bind', () => {
    assert.deepEqual(say(claim), { found: ['data'], undecided: [] });
  });

  it('leaves alone one that is bound, is being deleted, or asks another driver', () => {
    assert.deepEqual(say({ ...claim, phase: 'Bound' }), nothing);
    assert.deepEqual(say({ ...claim, deletingSince: old }), nothing);
    assert.deepEqual(say(claim, { classes: [classOf('other.io')] }), nothing);
  });

  it('waits for the limit by the clock of the cluster, and does not guess without a time', () => {
    assert.deepEqual(say({ ...claim, createdAt: agoOnCluster(10 * minuteMs) }), nothing);
    assert.deepEqual(say({ ...claim, createdAt: agoOnCluster(10 * minuteMs + 1) }).found, ['data']);
    assert.deepEqual(say(without(claim, 'createdAt')), {
      found: [],
      undecided: ['PersistentVolumeClaim shop/data: its creation time is unknown'],
    });
  });

  describe('of a class that waits for its first consumer', () => {
    const classes = [classOf('org.democratic-csi.nfs', 'WaitForFirstConsumer')];

    it('is no fault while nobody asks for it', () => {
      const elsewhere = [podWith({ claims: ['data'] }, 'lab'), podWith({ claims: ['other'], ephemeral: ['x'] })];

      assert.deepEqual(say(claim, { classes }), nothing);
      assert.deepEqual(say(claim, { classes, pods: elsewhere }), nothing);
    });

    it('is a fault once a pod names it, or a node was chosen', () => {
      const cache = { ...claim, name: 'web-0-cache' };

      assert.deepEqual(say(claim, { classes, pods: [podWith({ claims: ['data'] })] }).found, ['data']);
      assert.deepEqual(say(cache, { classes, pods: [podWith({ ephemeral: ['cache'] })] }).found, ['web-0-cache']);
      assert.deepEqual(say({ ...claim, selectedNode: 'worker1' }, { classes }).found, ['data']);
    });
  });

  it('names a class that does not exist, or that there is none', () => {
    assert.equal(reasonOf(claim, { classes: [] }), 'StorageClass fast does not exist');
    assert.equal(reasonOf(without(claim, 'storageClass')), 'it names no StorageClass and there is no default one');
  });

  it('names the most telling event of this claim', () => {
    const events = [
      event('WaitForPodScheduled', 'waiting'),
      event('ProvisioningFailed', 'no space'),
      event('Scheduled', 'no matter'),
      event('ProvisioningFailed', 'of another namespace', { namespace: 'lab' }),
      event('ProvisioningFailed', 'of another claim', { name: 'other' }),
      event('ProvisioningFailed', 'of a volume', { kind: 'PersistentVolume' }),
    ];
    const finding = judge(claim, { events: events.slice().reverse() });
    assert.equal(judge(claim, { events })?.why, finding?.why);

    assert.match(finding?.why ?? '', /limit: no space$/);
    assert.deepEqual(
      finding?.evidence.filter(({ from }) => from === 'cluster/prod events').map(({ value }) => value),
      ['no space', 'waiting'],
    );
  });

  it('asks for the controller when nobody answers, and says when events are gone or could not be read', () => {
    const gone = 'its events have expired and nothing more can be seen';

    assert.equal(
      reasonOf(claim, { events: [event('ExternalProvisioning', 'waiting for a volume')] }),
      'no provisioner answers for its driver; is the controller running?',
    );
    assert.equal(reasonOf(claim, { events: [] }), gone);
    assert.equal(reasonOf(claim), gone);
  });

  it('shows class, provisioner and node as far as they are known', () => {
    const evidence = (...given: Parameters<typeof parts>) =>
      judge(...given)?.evidence.map(({ fact, value, from }) => `${fact}: ${value} (${from})`);

    assert.deepEqual(evidence({ ...claim, selectedNode: 'worker1', provisioner: 'its.own' }), [
      'storage class: fast (cluster/prod claims)',
      'provisioner: its.own (cluster/prod claims)',
      'selected node: worker1 (cluster/prod claims)',
    ]);
    assert.deepEqual(evidence(without(claim, 'storageClass')), ['storage class: (default) (cluster/prod claims)']);
    assert.deepEqual(evidence(claim)?.[1], 'provisioner: org.democratic-csi.nfs (cluster/prod claims)');
  });

  it('shows the half-made volume of the claim, and no other', () => {
    const made = (claimUid: string) =>
      runDetector(claimUnbound, {
        ...parts({ ...claim, uid: 'UID-Data' }),
        links: { datasets: [makeDatasetLink('tank/k8s/vols/pvc-1', { claimUid })] },
      }).findings[0]?.evidence.some(({ fact }) => fact === 'half-made volume');

    assert.equal(made('uid-data'), true);
    assert.equal(made('uid-other'), false);
  });
});

describe('[U] orphans/claim-lost', () => {
  const claim = makeClaim('data', { phase: 'Lost', storageClass: 'fast', volumeName: 'pv', capacityBytes: 5 });
  const run = (one: Claim, classes = [ours]) => ({ cluster: { claims: [one], storageClasses: classes } });
  const judge = (one: Claim) => runDetector(claimLost, run(one)).findings[0];

  it('reports one of ours', () => assert.deepEqual(saidBy(claimLost, run(claim)).found, ['data']));

  it('leaves alone one that is bound, is being deleted, or belongs to another driver', () => {
    assert.deepEqual(saidBy(claimLost, run({ ...claim, phase: 'Bound' })), nothing);
    assert.deepEqual(saidBy(claimLost, run({ ...claim, deletingSince: old })), nothing);
    assert.deepEqual(saidBy(claimLost, run(claim, [classOf('other.io')])), nothing);
  });

  it('shows the size it had, else the one it asked for', () => {
    assert.equal(judge({ ...claim, requestedBytes: 3 })?.bytes.provisioned, 5);
    assert.equal(judge({ ...without(claim, 'capacityBytes'), requestedBytes: 3 })?.bytes.provisioned, 3);
  });
});

describe('[U] orphans/claim-unused', () => {
  const dayMs = 86_400_000;
  const dataset = makeDataset('tank/k8s/vols/pv', {
    usedByDatasetBytes: 1,
    usedBySnapshotsBytes: 2,
    usedByRefreservationBytes: 0,
  });
  const claim = makeClaim('data', { volumeName: 'pv' });
  const link = makeVolumeLink(makeVolume('pv', { capacityBytes: 9 }), { backing: standsOn(dataset) });
  const parts = (
    one: Claim = claim,
    {
      volume = link,
      pods = [],
      workloads = [],
    }: {
      volume?: VolumeLink;
      pods?: readonly object[];
      workloads?: readonly object[];
    } = {},
  ) => ({
    cluster: { claims: [one], persistentVolumes: [], pods, workloads },
    links: { volumes: [volume], datasets: [makeDatasetLink(dataset.name, { dataset })] },
    options: { claimUnusedMs: 30 * dayMs },
  });
  const say = (...given: Parameters<typeof parts>) => saidBy(claimUnused, parts(...given));
  const judge = (...given: Parameters<typeof parts>) => runDetector(claimUnused, parts(...given)).findings[0];

  it('reports a bound claim that nothing names', () => assert.deepEqual(say(), { found: ['data'], undecided: [] }));

  it('leaves alone one that is not bound, is being deleted, or stands on what we do not judge', () => {
    assert.deepEqual(say({ ...claim, phase: 'Pending' }), nothing);
    assert.deepEqual(say({ ...claim, deletingSince: old }), nothing);
    assert.deepEqual(say({ ...claim, volumeName: 'other' }), nothing);
    assert.deepEqual(say(without(claim, 'volumeName')), nothing);
    assert.deepEqual(say(claim, { volume: { ...link, outOfReach: 'elsewhere' } }), nothing);
    assert.deepEqual(say(claim, { volume: { ...link, backing: { status: 'absent' } } }), nothing);
  });

  it('leaves alone one that a pod, a workload or a template names, in its own namespace', () => {
    const workload = (parts: object) => ({
      ...makeMeta('db'),
      namespace: 'shop',
      storage: { claims: [], ephemeral: [], inline: [] },
      claimTemplates: [],
      ...parts,
    });
    const templated = [workload({ claimTemplates: ['data'] })];

    assert.deepEqual(say(claim, { pods: [podWith({ claims: ['data'] })] }), nothing);
    assert.deepEqual(say({ ...claim, name: 'web-0-cache' }, { pods: [podWith({ ephemeral: ['cache'] })] }), nothing);
    assert.deepEqual(say(claim, { workloads: [workload({ storage: { claims: ['data'] } })] }), nothing);
    assert.deepEqual(say({ ...claim, name: 'data-db-11' }, { workloads: templated }), nothing);
    const numbered = [workload({ claimTemplates: ['data-2'] })];
    assert.deepEqual(say({ ...claim, name: 'data-2-db-0' }, { workloads: numbered }), nothing);
    assert.deepEqual(say({ ...claim, name: 'data-db-1-0-x' }, { workloads: templated }).found, ['data-db-1-0-x']);
    assert.deepEqual(say(claim, { pods: [podWith({ claims: ['data'] }, 'lab')] }).found, ['data']);
  });

  it('waits for the limit by the clock of the cluster, and does not guess without a time', () => {
    assert.deepEqual(say({ ...claim, createdAt: agoOnCluster(30 * dayMs) }), nothing);
    assert.deepEqual(say({ ...claim, createdAt: agoOnCluster(30 * dayMs + 1) }).found, ['data']);
    assert.deepEqual(say(without(claim, 'createdAt')), {
      found: [],
      undecided: ['PersistentVolumeClaim shop/data: its creation time is unknown'],
    });
  });

  it('knows no bytes of a dataset that nobody could see, or that is not below a parent', () => {
    const unseen = judge(claim, { volume: { ...link, backing: unread } });
    const outside = runDetector(claimUnused, { ...parts(), links: { volumes: [link] } }).findings[0];

    assert.deepEqual(judge()?.bytes, { provisioned: 9, used: 10, reclaimable: 3 });
    assert.deepEqual(unseen?.bytes, { provisioned: 9 });
    assert.equal(unseen?.evidence.length, 2);
    assert.deepEqual(outside?.bytes, { provisioned: 9, used: 10 });
    assert.equal(judge({ ...claim, capacityBytes: 4 })?.bytes.provisioned, 4);
  });

  it('says what deleting the claim does to its data', () => {
    const retained = makeVolumeLink(makeVolume('pv', { reclaimPolicy: 'Retain' }), { backing: standsOn(dataset) });

    assert.match(judge()?.remediation.steps[1] ?? '', /destroys the data/);
    assert.match(judge(claim, { volume: retained })?.remediation.steps[1] ?? '', /keeps the data \(policy Retain\)/);
  });
});
