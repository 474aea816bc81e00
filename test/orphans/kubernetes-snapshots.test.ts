import assert from 'node:assert/strict';
import type { Claim, VolumeSnapshot, VolumeSnapshotContent } from '../../src/model/kubernetes.ts';
import type { ContentLink } from '../../src/model/links.ts';
import { snapshotExpired } from '../../src/orphans/snapshot-expired.ts';
import { snapshotNotReady } from '../../src/orphans/snapshot-not-ready.ts';
import { snapshotUnboundContent } from '../../src/orphans/snapshot-unbound-content.ts';
import { snapshotWithoutBackend } from '../../src/orphans/snapshot-without-backend.ts';
import { makeBackend } from '../support/make-guard-input.ts';
import {
  agoOnCluster,
  type DetectorParts,
  makeClaim,
  makeContent,
  makeContentLink,
  makeSnapshotLink,
  makeVolume,
  makeVolumeLink,
  makeVolumeSnapshot,
  makeZfsSnapshot,
  nothing,
  runDetector,
  saidBy,
  unread,
  unreadWords,
  without,
} from '../support/run-detector.ts';

const dayMs = 86_400_000;
const absent = { status: 'absent' } as const;
const old = '2026-01-05T00:00:00Z';

describe('[U] orphans/snapshot-unbound-content, contents', () => {
  const ref = { namespace: 'shop', name: 'daily', uid: 'uid-daily' };
  const content = makeContent('c', { snapshotRef: ref });
  const parts = (
    one: VolumeSnapshotContent,
    {
      snapshots = [],
      links = [makeContentLink(one)],
      tools,
    }: {
      snapshots?: readonly VolumeSnapshot[];
      links?: readonly ContentLink[];
      tools?: readonly object[];
    } = {},
  ): DetectorParts => ({
    cluster: {
      volumeSnapshotContents: [one],
      volumeSnapshots: snapshots,
      ...(tools !== undefined && { backupTools: tools }),
    },
    links: { contents: links },
  });
  const say = (...given: Parameters<typeof parts>) => saidBy(snapshotUnboundContent, parts(...given));
  const judge = (...given: Parameters<typeof parts>) =>
    runDetector(snapshotUnboundContent, parts(...given)).findings[0];

  it('reports a content whose VolumeSnapshot is gone', () => {
    assert.deepEqual(say(content), { found: ['c'], undecided: [] });
  });

  it('takes a VolumeSnapshot of the same name that was made again for another one', () => {
    const again = makeVolumeSnapshot('daily', { uid: 'uid-other' });

    assert.deepEqual(say(content, { snapshots: [again] }).found, ['c']);
    assert.deepEqual(say(content, { snapshots: [makeVolumeSnapshot('daily')] }), nothing);
    assert.deepEqual(say(content, { snapshots: [makeVolumeSnapshot('renamed', { uid: 'uid-daily' })] }), nothing);
  });

  it('goes by namespace and name where the content names no UID', () => {
    const unpinned = makeContent('c', { snapshotRef: without(ref, 'uid') });

    assert.deepEqual(say(unpinned, { snapshots: [makeVolumeSnapshot('daily')] }), nothing);
    assert.deepEqual(say(unpinned, { snapshots: [makeVolumeSnapshot('daily', { namespace: 'lab' })] }).found, ['c']);
    assert.deepEqual(say(unpinned, { snapshots: [makeVolumeSnapshot('weekly')] }).found, ['c']);
  });

  it('leaves alone what is not ours, is reported as gone, names no VolumeSnapshot or is being deleted', () => {
    const gone = makeContentLink(content, { backing: absent });

    assert.deepEqual(say(content, { links: [] }), nothing);
    assert.deepEqual(say(content, { links: [gone] }), nothing);
    assert.deepEqual(say(makeContent('c')), nothing);
    assert.deepEqual(say({ ...content, deletingSince: old }), nothing);
  });

  it('reports one of which nobody knows whether its snapshot is there', () => {
    assert.deepEqual(say(content, { links: [makeContentLink(content, { backing: unread })] }).found, ['c']);
  });

  it('leaves undecided what has no creation time', () => {
    assert.deepEqual(say(without(content, 'createdAt')), {
      found: [],
      undecided: ['VolumeSnapshotContent c: its creation time is unknown'],
    });
  });

  it('waits for a day by the clock of the cluster', () => {
    assert.deepEqual(say({ ...content, createdAt: agoOnCluster(dayMs) }), nothing);
    assert.deepEqual(say({ ...content, createdAt: agoOnCluster(dayMs + 1) }).found, ['c']);
  });

  it('says that policy Retain keeps the snapshot on the NAS, and nothing of the kind for Delete', () => {
    assert.deepEqual(judge({ ...content, deletionPolicy: 'Retain' })?.blockers, [
      { kind: 'retain', name: 'c', why: 'policy Retain: deleting it leaves the snapshot on the NAS' },
    ]);
    assert.deepEqual(judge(content)?.blockers, []);
  });

  it('names the backup tools of the cluster, where they could be asked for', () => {
    const last = (tools?: readonly object[]) =>
      judge(content, tools === undefined ? {} : { tools })
        ?.evidence.slice(1)
        .map(Object.values);

    assert.deepEqual(last([{ name: 'velero' }]), [
      ['backup tool in the cluster', 'velero', 'cluster/prod backupTools'],
    ]);
    assert.deepEqual(last(), []);
  });
});

describe('[U] orphans/snapshot-unbound-content, the reverse', () => {
  const snapshot = makeVolumeSnapshot('daily', { boundContent: 'gone' });
  const run = (one: VolumeSnapshot, ...contents: readonly VolumeSnapshotContent[]) =>
    ({ cluster: { volumeSnapshots: [one], volumeSnapshotContents: contents } }) as const;
  const say = (...given: Parameters<typeof run>) => saidBy(snapshotUnboundContent, run(...given));

  it('reports a VolumeSnapshot whose content is gone', () => {
    assert.deepEqual(say(snapshot, makeContent('other')), { found: ['daily'], undecided: [] });
  });

  it('leaves alone one that is bound, not bound yet or being deleted', () => {
    assert.deepEqual(say(snapshot, makeContent('gone')), nothing);
    assert.deepEqual(say(makeVolumeSnapshot('daily')), nothing);
    assert.deepEqual(say({ ...snapshot, deletingSince: old }), nothing);
  });

  it('waits for a day by the clock of the cluster, and does not guess without a time', () => {
    assert.deepEqual(say({ ...snapshot, createdAt: agoOnCluster(dayMs) }), nothing);
    assert.deepEqual(say({ ...snapshot, createdAt: agoOnCluster(dayMs + 1) }).found, ['daily']);
    assert.deepEqual(say(without(snapshot, 'createdAt')).found, []);
  });

  it('names the claim only where there is one', () => {
    const owner = (one: VolumeSnapshot) => runDetector(snapshotUnboundContent, run(one)).findings[0]?.owner;

    assert.deepEqual(owner(snapshot), { namespace: 'shop' });
    assert.deepEqual(owner({ ...snapshot, sourceClaim: 'data' }), { namespace: 'shop', claim: 'data' });
  });
});

describe('[U] orphans/snapshot-expired', () => {
  const snapshot = makeVolumeSnapshot('daily', { boundContent: 'c', retention: '30d' });
  const link = makeContentLink(makeContent('c'));
  const onNas = makeSnapshotLink(makeZfsSnapshot('tank/k8s/vols/pvc-1@s'));
  const parts = (
    one: VolumeSnapshot,
    {
      claims = [],
      links = [link],
      snapshots = [onNas],
      options = {},
    }: {
      claims?: readonly Claim[];
      links?: readonly ContentLink[];
      snapshots?: readonly (typeof onNas)[];
      options?: NonNullable<DetectorParts['options']>;
    } = {},
  ): DetectorParts => ({
    cluster: { volumeSnapshots: [one], volumeSnapshotContents: [], claims },
    links: { contents: links, snapshots },
    options,
  });
  const say = (...given: Parameters<typeof parts>) => saidBy(snapshotExpired, parts(...given));
  const judge = (...given: Parameters<typeof parts>) => runDetector(snapshotExpired, parts(...given)).findings[0];

  it('reports one past its retention, with what it holds on the NAS', () => {
    const finding = judge(snapshot);

    assert.deepEqual(finding?.bytes, { used: 7, reclaimable: 7 });
    assert.equal(finding?.why, 'it is older than the 30 days that its own annotation allows');
    assert.deepEqual(finding?.evidence.at(-1), {
      fact: 'on the NAS',
      value: 'tank/k8s/vols/pvc-1@s',
      from: 'nas/nas01 snapshots',
    });
  });

  it('reports one whose snapshot nobody could look at, without bytes', () => {
    for (const given of [{ links: [makeContentLink(makeContent('c'), { backing: unread })] }, { snapshots: [] }]) {
      const finding = judge(snapshot, given);
      assert.deepEqual(finding?.bytes, {});
    }
    const { evidence } = judge(snapshot, { links: [makeContentLink(makeContent('c'), { backing: unread })] }) ?? {};
    assert.equal(evidence?.length, 2);
  });

  it('leaves alone one without a limit, without a content of ours, gone or being deleted', () => {
    assert.deepEqual(say(without(snapshot, 'retention')), nothing);
    assert.deepEqual(say(snapshot, { links: [] }), nothing);
    assert.deepEqual(say(without(snapshot, 'boundContent')), nothing);
    assert.deepEqual(say(snapshot, { links: [makeContentLink(makeContent('c'), { backing: absent })] }), nothing);
    assert.deepEqual(say({ ...snapshot, deletingSince: old }), nothing);
  });

  it('leaves undecided what has no creation time', () => {
    assert.deepEqual(say(without(snapshot, 'createdAt')), {
      found: [],
      undecided: ['VolumeSnapshot shop/daily: its creation time is unknown'],
    });
  });

  it('counts from when it was taken, by the clock of the cluster', () => {
    const taken = (ms: number) => say({ ...snapshot, snapshotCreatedAt: agoOnCluster(ms) });

    assert.deepEqual(taken(30 * dayMs), nothing);
    assert.deepEqual(taken(30 * dayMs + 1).found, ['daily']);
  });

  it('takes the annotation of its claim where it has none of its own, and none of a claim elsewhere', () => {
    const bare = { ...without(snapshot, 'retention'), sourceClaim: 'data' };
    const claim = makeClaim('data', { snapshotRetention: '7d' });

    assert.match(judge(bare, { claims: [claim] })?.why ?? '', /7 days that the annotation of claim data allows/);
    assert.match(judge({ ...bare, retention: '30d' }, { claims: [claim] })?.why ?? '', /its own annotation/);
    assert.deepEqual(say(bare, { claims: [{ ...claim, namespace: 'lab' }] }), nothing);
    assert.deepEqual(say(bare, { claims: [makeClaim('other', { snapshotRetention: '7d' })] }), nothing);
    assert.deepEqual(say(without(snapshot, 'retention'), { claims: [claim] }), nothing);
    assert.deepEqual(say(bare, { claims: [makeClaim('data')] }), nothing);
  });

  it('passes over an annotation that is no duration', () => {
    const bare = { ...snapshot, retention: 'for ever', sourceClaim: 'data' };

    assert.deepEqual(say(bare), nothing);
    assert.match(judge(bare, { claims: [makeClaim('data', { snapshotRetention: '7d' })] })?.why ?? '', /7 days/);
    assert.deepEqual(say(bare, { claims: [makeClaim('data', { snapshotRetention: 'never' })] }), nothing);
  });

  it('takes the first rule of config that fits in every point it names', () => {
    const bare = { ...without(snapshot, 'retention'), snapshotClass: 'fast', labels: { tier: 'lab' } };
    const rule = (fields: object) => ({ maxAgeMs: 7 * dayMs, ...fields });
    const why = (...snapshotRetention: readonly ReturnType<typeof rule>[]) =>
      judge(bare, { options: { snapshotRetention } })?.why.slice(-13);

    assert.equal(why(rule({ namespace: 'lab' }), rule({})), 'rule 2 allows');
    assert.equal(why(rule({ snapshotClass: 'fast', namespace: 'shop', labels: { tier: 'lab' } })), 'rule 1 allows');
    assert.equal(why(rule({ snapshotClass: 'slow' })), undefined);
    assert.equal(why(rule({ labels: { tier: 'prod' } })), undefined);
    assert.equal(why(rule({ labels: { tier: 'lab', team: 'a' } })), undefined);
    assert.equal(why(), undefined);
  });

  it('names the claim only where there is one', () => {
    assert.deepEqual(judge(snapshot)?.owner, { namespace: 'shop' });
    assert.equal(judge({ ...snapshot, sourceClaim: 'data' })?.owner.claim, 'data');
  });
});

describe('[U] orphans/snapshot-not-ready', () => {
  const snapshot = makeVolumeSnapshot('daily', { boundContent: 'c', readyToUse: false });
  const ours = makeVolumeLink(makeVolume('pv'));
  const parts = (one: VolumeSnapshot, driver = 'org.democratic-csi.nfs', links: readonly ContentLink[] = []) => ({
    cluster: {
      volumeSnapshots: [one],
      volumeSnapshotContents: [makeContent('c', { driver })],
      volumeSnapshotClasses: [],
    },
    links: { volumes: [ours], contents: links },
  });
  const say = (...given: Parameters<typeof parts>) => saidBy(snapshotNotReady, parts(...given));
  const judge = (...given: Parameters<typeof parts>) => runDetector(snapshotNotReady, parts(...given)).findings[0];

  it('reports one that is not ready, or that is and bears an error', () => {
    assert.deepEqual(say(snapshot), { found: ['daily'], undecided: [] });
    assert.deepEqual(say(without(snapshot, 'readyToUse')).found, ['daily']);
    assert.deepEqual(say({ ...snapshot, readyToUse: true, error: { message: 'no space' } }).found, ['daily']);
  });

  it('leaves alone one that is ready, is being deleted, or belongs to another driver', () => {
    assert.deepEqual(say({ ...snapshot, readyToUse: true }), nothing);
    assert.deepEqual(say({ ...snapshot, deletingSince: old }), nothing);
    assert.deepEqual(say(snapshot, 'other.io'), nothing);
  });

  it('leaves alone one that is already reported as gone, and none beside it', () => {
    const gone = makeContentLink(makeContent('c'), { backing: absent });

    assert.deepEqual(say(snapshot, undefined, [gone]), nothing);
    assert.deepEqual(say(snapshot, undefined, [makeContentLink(makeContent('c'))]).found, ['daily']);
    assert.deepEqual(say(snapshot, undefined, [makeContentLink(makeContent('other'), { backing: absent })]).found, [
      'daily',
    ]);
  });

  it('leaves undecided what has no creation time', () => {
    assert.deepEqual(say(without(snapshot, 'createdAt')), {
      found: [],
      undecided: ['VolumeSnapshot shop/daily: its creation time is unknown'],
    });
  });

  it('says the error, or that none is given, and what it is bound to', () => {
    const bare = judge(without(snapshot, 'boundContent'));
    const failed = judge({ ...snapshot, error: { message: 'no space' }, sourceClaim: 'data' });

    assert.equal(bare?.why, 'it is not ready to use: no error is given; is the snapshot-controller running?');
    assert.deepEqual(
      bare?.evidence.map(({ value }) => value),
      ['none'],
    );
    assert.deepEqual(bare?.owner, { namespace: 'shop' });
    assert.equal(failed?.why, 'it is not ready to use: no space');
    assert.deepEqual(
      failed?.evidence.map(({ value }) => value),
      ['c', 'no space'],
    );
    assert.deepEqual(failed?.owner, { namespace: 'shop', claim: 'data' });
  });
});

describe('[U] orphans/snapshot-without-backend', () => {
  const content = makeContent('c', { snapshotHandle: 'pvc-1@s' });
  const parts = (one: VolumeSnapshotContent, backing: ContentLink['backing'] = absent, backend = makeBackend()) => ({
    links: { contents: [makeContentLink(one, { backing })] },
    backend,
  });
  const say = (...given: Parameters<typeof parts>) => saidBy(snapshotWithoutBackend, parts(...given));
  const judge = (given: DetectorParts) => runDetector(snapshotWithoutBackend, given).findings[0];

  it('reports one whose ZFS snapshot is gone', () => {
    assert.deepEqual(say(content), { found: ['c'], undecided: [] });
    assert.deepEqual(say({ ...without(content, 'snapshotHandle'), sourceSnapshotHandle: 'pvc-1@s' }).found, ['c']);
  });

  it('leaves alone one that is there, names no snapshot, or is being made or deleted', () => {
    const there = { status: 'found', value: { nas: 'nas01', name: 'x@s', kind: 'snapshot' } } as const;

    assert.deepEqual(say(content, there), nothing);
    assert.deepEqual(say(makeContent('c')), nothing);
    for (const state of [{ deletingSince: old }, { beingDeleted: true }, { beingCreated: true }]) {
      assert.deepEqual(say({ ...content, ...state }), nothing);
    }
  });

  it('leaves undecided what a missing list or time leaves open', () => {
    assert.deepEqual(say(content, unread), { found: [], undecided: [`VolumeSnapshotContent c: ${unreadWords}`] });
    assert.deepEqual(say(without(content, 'createdAt')), {
      found: [],
      undecided: ['VolumeSnapshotContent c: its creation time is unknown'],
    });
  });

  it('waits for a day by the clock of the cluster', () => {
    assert.deepEqual(say({ ...content, createdAt: agoOnCluster(dayMs) }), nothing);
    assert.deepEqual(say({ ...content, createdAt: agoOnCluster(dayMs + 1) }).found, ['c']);
  });

  it('looks again for the snapshot or the detached dataset under the name it must have', () => {
    const wanted = (given: DetectorParts) =>
      judge(given)
        ?.premises.slice(1)
        .map(({ kind, name, expect }) => `${kind} ${name} ${expect}`);
    const detached = { ...content, snapshotHandle: 'pvc-1/s' };
    const official = makeBackend({ family: 'truenas-csi' });

    assert.deepEqual(wanted(parts(content)), ['snapshot tank/k8s/vols/pvc-1@s absent']);
    assert.deepEqual(wanted(parts(detached)), ['dataset tank/k8s/snaps/pvc-1/s absent']);
    assert.deepEqual(wanted(parts({ ...content, snapshotHandle: 'tank/v@s' }, absent, official)), [
      'snapshot tank/v@s absent',
    ]);
  });

  it('says the handle where no backend tells the name', () => {
    const given = { links: parts(content).links };

    assert.equal(judge(given)?.why, 'pvc-1@s does not exist on nas01');
    assert.equal(judge(given)?.premises.length, 1);
    assert.equal(judge({ links: parts({ ...content, snapshotHandle: 'pvc-1/s' }).links })?.premises.length, 1);
  });

  it('names the VolumeSnapshot only where it has one', () => {
    const bound = judge(parts({ ...content, snapshotRef: { namespace: 'shop', name: 'daily' } }));

    assert.deepEqual(bound?.owner, { namespace: 'shop' });
    assert.equal(bound?.evidence[1]?.value, 'shop/daily');
    assert.deepEqual(judge(parts(content))?.owner, {});
    assert.equal(judge(parts(content))?.evidence.length, 3);
  });
});
