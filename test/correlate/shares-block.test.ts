import assert from 'node:assert/strict';
import type { ClusterInventory } from '../../src/model/kubernetes.ts';
import type { NasSections } from '../../src/model/truenas.ts';
import { sharesOf as linksOf } from './support/shares-of.ts';
import {
  failed,
  makeBackend,
  makeClaim,
  makeCluster,
  makeExtent,
  makeNamespace,
  makeSubsystem,
  makeTarget,
  makeTargetExtent,
  makeZvol,
  read,
  uid,
} from './support/small.ts';

const leaf = `pvc-${uid('1')}`;
const place = `tank/k8s/${leaf}`;
const asset = `csi-${leaf}-c1`;
const backend = makeBackend({ driver: 'iscsi', protocol: 'iscsi' });
const absent = { status: 'absent' };
const unread = (name: string) => ({
  status: 'unknown',
  unread: [{ source: 'nas/nas01', name, because: 'no connection' }],
});

const sharesOf = (sections: Partial<NasSections>, backends = [backend], clusters = [makeCluster()]) =>
  linksOf(sections, backends, clusters);

describe('[U] correlate/shares, iSCSI extents', () => {
  const chain = (target: string, zvol = place, fields: Partial<ReturnType<typeof makeExtent>> = {}) => ({
    iscsiTargets: read([makeTarget(41, target)]),
    iscsiExtents: read([makeExtent(39, target, { zvol, ...fields })]),
    iscsiTargetExtents: read([makeTargetExtent(40, 41, 39)]),
  });
  const link = {
    nas: 'nas01',
    ref: { nas: 'nas01', kind: 'IscsiExtent', id: 39, name: asset },
    backend,
    proofs: [
      { kind: 'targetName', value: asset },
      { kind: 'namePattern', value: asset },
    ],
    target: absent,
    expectedDataset: place,
    partners: [`target 41 ${asset}`, 'association target 41 extent 39'],
    pointsAt: place,
    isEnabled: true,
    uses: absent,
  };

  it('tells all about the extent of a volume whose zvol is gone, with what goes with it', () => {
    assert.deepEqual(sharesOf(chain(asset)), [link]);
  });

  it('says whether it is enabled and locked', () => {
    assert.deepEqual(sharesOf(chain(asset, place, { enabled: false, locked: true })), [
      { ...link, isEnabled: false, isLocked: true },
    ]);
  });

  it('points at the zvol when it is there, and at nothing certain while datasets were not read', () => {
    const zvol = makeZvol(place);

    assert.deepEqual(sharesOf({ ...chain(asset), datasets: read([zvol]) })[0]?.target, {
      status: 'found',
      value: { nas: 'nas01', dataset: zvol },
    });
    assert.deepEqual(sharesOf({ ...chain(asset), datasets: failed() })[0]?.target, unread('datasets'));
  });

  it('shows by the name of its target where its own says nothing', () => {
    const sections = { ...chain(asset, 'flash/db'), iscsiExtents: read([makeExtent(39, 'db', { zvol: 'flash/db' })]) };

    assert.deepEqual(
      sharesOf(sections).map(({ proofs }) => proofs),
      [[{ kind: 'targetName', value: asset }]],
    );
  });

  it('leaves to their owners extents of files, and those that nothing shows to be made', () => {
    assert.deepEqual(sharesOf(chain('db', 'flash/db')), []);
    const file = makeExtent(39, asset, { type: 'FILE', path: '/mnt/tank/k8s/file' });
    assert.deepEqual(sharesOf({ ...chain(asset), iscsiExtents: read([file]) }), []);
  });

  it('belongs to the backend for zvols, where two protocols share the parent', () => {
    assert.equal(sharesOf(chain(asset), [makeBackend(), backend])[0]?.backend, backend);
  });

  it('is used by who is logged in to its target', () => {
    const iscsiSessions = read([{ protocol: 'iscsi' as const, client: '10.9.0.21', object: asset }]);

    assert.deepEqual(sharesOf({ ...chain(asset), iscsiSessions })[0]?.uses, {
      status: 'found',
      value: [{ kind: 'session', name: '10.9.0.21', from: 'nas/nas01 iscsiSessions' }],
    });
  });
});

describe('[U] correlate/shares, targets without an extent', () => {
  const lone = { iscsiTargets: read([makeTarget(41, asset), makeTarget(42, 'backup')]) };
  const link = {
    nas: 'nas01',
    ref: { nas: 'nas01', kind: 'IscsiTarget', id: 41, name: asset },
    proofs: [{ kind: 'targetName', value: asset }],
    target: absent,
    partners: [],
    pointsAt: 'no extent',
    isEnabled: true,
    uses: absent,
  };

  it('are those that name a volume, and have no backend while no sibling lives', () => {
    assert.deepEqual(sharesOf(lone), [link]);
  });

  it('belong to the backend of the siblings that are named alike', () => {
    const sections = {
      datasets: read([makeZvol(`tank/k8s/pvc-${uid('2')}`)]),
      iscsiTargets: read([makeTarget(41, asset), makeTarget(50, `csi-pvc-${uid('2')}-c1`)]),
      iscsiExtents: read([makeExtent(51, 'e', { zvol: `tank/k8s/pvc-${uid('2')}` })]),
      iscsiTargetExtents: read([makeTargetExtent(52, 50, 51)]),
    };

    assert.deepEqual(sharesOf(sections)[1], { ...link, backend });
  });

  it('are open while extents or associations were not read', () => {
    for (const list of ['iscsiExtents', 'iscsiTargetExtents'] as const)
      assert.deepEqual(sharesOf({ ...lone, [list]: failed() })[0]?.target, unread(list));
    assert.deepEqual(sharesOf({ ...lone, datasets: failed() })[0]?.target, absent);
  });

  it('are used by the claim whose UID they carry, and by who is logged in', () => {
    const claims = read([makeClaim('data', { uid: uid('1') })]);
    const iscsiSessions = read([{ protocol: 'iscsi' as const, client: '10.9.0.21', object: asset }]);

    assert.deepEqual(sharesOf({ ...lone, iscsiSessions }, [backend], [makeCluster({ claims })])[0]?.uses, {
      status: 'found',
      value: [
        { kind: 'session', name: '10.9.0.21', from: 'nas/nas01 iscsiSessions' },
        { kind: 'claim', name: 'shop/data', from: 'cluster/prod claims' },
      ],
    });
  });
});

describe('[U] correlate/shares, associations with a missing side', () => {
  const dangling = (fields: Partial<NasSections>) => ({
    iscsiTargetExtents: read([makeTargetExtent(40, 41, 39)]),
    ...fields,
  });
  const withTarget = dangling({ iscsiTargets: read([makeTarget(41, asset)]) });
  const withExtent = dangling({ iscsiExtents: read([makeExtent(39, asset, { type: 'FILE' })]) });
  const link = {
    nas: 'nas01',
    ref: { nas: 'nas01', kind: 'IscsiTargetExtent', id: 40, name: 'target:41/extent:39' },
    proofs: [{ kind: 'targetName', value: asset }],
    target: absent,
    partners: [],
    pointsAt: 'missing extent 39',
    isEnabled: true,
    uses: absent,
  };

  it('name the side that is missing, by the side that is there', () => {
    assert.deepEqual(sharesOf(withTarget), [link]);
    assert.deepEqual(sharesOf(withExtent), [{ ...link, pointsAt: 'missing target 41' }]);
  });

  it('belong to the backend of the siblings that are named like the side that is there', () => {
    const sibling = `csi-pvc-${uid('2')}-c1`;
    const sections = {
      datasets: read([makeZvol(`tank/k8s/pvc-${uid('2')}`)]),
      iscsiTargets: read([makeTarget(41, asset), makeTarget(50, sibling)]),
      iscsiExtents: read([makeExtent(51, sibling, { zvol: `tank/k8s/pvc-${uid('2')}` })]),
      iscsiTargetExtents: read([makeTargetExtent(40, 41, 39), makeTargetExtent(52, 50, 51)]),
    };

    assert.deepEqual(sharesOf(sections).find(({ ref }) => ref.id === 40)?.backend, backend);
  });

  it('are none while both sides are there, and left to their owner where the side that is there names no volume', () => {
    assert.deepEqual(sharesOf(dangling({})), []);
    assert.deepEqual(sharesOf(dangling({ iscsiTargets: read([makeTarget(41, 'backup')]) })), []);
    const both = {
      iscsiTargets: read([makeTarget(41, asset)]),
      iscsiExtents: read([makeExtent(39, asset, { type: 'FILE' })]),
    };
    assert.deepEqual(sharesOf(dangling(both)), []);
  });

  it('are open while targets or extents were not read', () => {
    assert.deepEqual(sharesOf({ ...withTarget, iscsiExtents: failed() })[0]?.target, unread('iscsiExtents'));
    assert.deepEqual(sharesOf({ ...withExtent, iscsiTargets: failed() })[0]?.target, unread('iscsiTargets'));
    assert.deepEqual(sharesOf({ ...withTarget, datasets: failed() })[0]?.target, absent);
  });

  it('are used by who is logged in to the target, and by the claim whose UID the side carries', () => {
    const iscsiSessions = read([{ protocol: 'iscsi' as const, client: '10.9.0.21', object: asset }]);
    const claims = read([makeClaim('data', { uid: uid('1') })]);
    const statusOf = (sections: Partial<NasSections>, cluster = makeCluster()) =>
      sharesOf(sections, [backend], [cluster])[0]?.uses.status;

    assert.equal(statusOf({ ...withTarget, iscsiSessions }), 'found');
    assert.equal(statusOf({ ...withExtent, iscsiSessions }), 'absent');
    assert.equal(statusOf(withTarget, makeCluster({ claims })), 'found');
    assert.equal(statusOf(withExtent, makeCluster({ claims })), 'found');
  });
});

describe('[U] correlate/shares, NVMe-oF', () => {
  const nvme = makeBackend({ driver: 'nvme', protocol: 'nvmeof' });
  const chain = (subsystem: string, zvol = place, fields: Partial<ReturnType<typeof makeNamespace>> = {}) => ({
    nvmeSubsystems: read([makeSubsystem(1, subsystem)]),
    nvmeNamespaces: read([makeNamespace(2, 1, { zvol, ...fields })]),
  });
  const link = {
    nas: 'nas01',
    ref: { nas: 'nas01', kind: 'NvmeNamespace', id: 2, name: place },
    backend: nvme,
    proofs: [
      { kind: 'targetName', value: asset },
      { kind: 'namePattern', value: place },
    ],
    target: absent,
    expectedDataset: place,
    partners: [],
    pointsAt: place,
    isEnabled: true,
    uses: absent,
  };
  const ofNvme = (sections: Partial<NasSections>, ...clusters: ClusterInventory[]) =>
    sharesOf(sections, [nvme], [makeCluster(), ...clusters]);

  it('tells all about the namespace of a volume whose zvol is gone', () => {
    assert.deepEqual(ofNvme(chain(asset)), [link]);
    assert.deepEqual(ofNvme(chain(asset, place, { enabled: false, locked: false })), [
      { ...link, isEnabled: false, isLocked: false },
    ]);
  });

  it('points at the zvol when it is there, and at nothing certain while datasets were not read', () => {
    const zvol = makeZvol(place);

    assert.deepEqual(ofNvme({ ...chain(asset), datasets: read([zvol]) })[0]?.target, {
      status: 'found',
      value: { nas: 'nas01', dataset: zvol },
    });
    assert.deepEqual(ofNvme({ ...chain(asset), datasets: failed() })[0]?.target, unread('datasets'));
  });

  it('shows by the name of its subsystem, and where that is missing by its place alone', () => {
    const orphaned = { nvmeNamespaces: read([makeNamespace(2, 9, { zvol: place })]) };

    assert.deepEqual(
      ofNvme(chain(asset, 'flash/db')).map(({ proofs }) => proofs),
      [[{ kind: 'targetName', value: asset }]],
    );
    assert.deepEqual(
      ofNvme(orphaned).map(({ proofs }) => proofs),
      [[{ kind: 'namePattern', value: place }]],
    );
  });

  it('leaves to their owners namespaces of files, and those that nothing shows to be made', () => {
    assert.deepEqual(ofNvme(chain('db', 'flash/db')), []);
    const file = makeNamespace(2, 1, { deviceType: 'FILE', path: '/mnt/tank/k8s/file' });
    assert.deepEqual(ofNvme({ ...chain(asset), nvmeNamespaces: read([file]) }), []);
  });

  it('belongs to the backend for zvols, where two protocols share the parent', () => {
    assert.equal(sharesOf(chain(asset), [makeBackend(), nvme])[0]?.backend, nvme);
  });

  it('is used by a host that is connected to its subsystem', () => {
    const nvmeSessions = read([{ protocol: 'nvmeof' as const, client: 'nqn:host', object: asset }]);

    assert.deepEqual(ofNvme({ ...chain(asset), nvmeSessions })[0]?.uses, {
      status: 'found',
      value: [{ kind: 'session', name: 'nqn:host', from: 'nas/nas01 nvmeSessions' }],
    });
  });

  const lone = { nvmeSubsystems: read([makeSubsystem(1, asset), makeSubsystem(3, 'backup')]) };
  const empty = {
    nas: 'nas01',
    ref: { nas: 'nas01', kind: 'NvmeSubsystem', id: 1, name: asset },
    proofs: [{ kind: 'targetName', value: asset }],
    target: absent,
    partners: [],
    pointsAt: 'no namespace',
    isEnabled: true,
    uses: absent,
  };

  it('tells all about a subsystem without a namespace that names a volume', () => {
    assert.deepEqual(ofNvme(lone), [empty]);
    assert.deepEqual(ofNvme({ ...lone, nvmeNamespaces: failed() })[0]?.target, unread('nvmeNamespaces'));
    assert.deepEqual(ofNvme({ ...lone, datasets: failed() })[0]?.target, absent);
  });

  it('gives it to the backend of the siblings that are named alike', () => {
    const sibling = `csi-pvc-${uid('2')}-c1`;
    const sections = {
      nvmeSubsystems: read([makeSubsystem(1, asset), makeSubsystem(4, sibling)]),
      nvmeNamespaces: read([makeNamespace(5, 4, { zvol: `tank/k8s/pvc-${uid('2')}` })]),
    };

    assert.deepEqual(ofNvme(sections)[1], { ...empty, backend: nvme });
  });

  it('lets it be used by a host that is connected, and by the claim whose UID it carries', () => {
    const nvmeSessions = read([{ protocol: 'nvmeof' as const, client: 'nqn:host', object: asset }]);
    const claims = read([makeClaim('data', { uid: uid('1') })]);

    assert.equal(ofNvme({ ...lone, nvmeSessions })[0]?.uses.status, 'found');
    assert.equal(ofNvme(lone, makeCluster({ claims }, { name: 'dev' }))[0]?.uses.status, 'found');
  });
});
