import assert from 'node:assert/strict';
import type { ClusterSectionName } from '../../../src/model/kubernetes.ts';
import { FaultInjector, type FaultKind } from '../../../src/simulate/faults.ts';
import { makeClusterState, makeObject } from '../../support/cluster-state.ts';
import { closeSimulated, openSimulated } from '../../support/open-simulated.ts';

const ofSnapshots: readonly ClusterSectionName[] = [
  'volumeSnapshots',
  'volumeSnapshotContents',
  'volumeSnapshotClasses',
];
const withoutCrds = { absentGroups: ['snapshot.storage.k8s.io'] };

describe('[U] collect/kubernetes/discovery', () => {
  afterEach(closeSimulated);

  it('calls snapshots absent, complete and empty when discovery shows no such group', async () => {
    const { cluster } = await openSimulated(makeClusterState([], withoutCrds));

    const { sections } = await cluster.collect(ofSnapshots);

    for (const name of ofSnapshots) {
      const section = sections[name];
      assert.ok(section.ok);
      assert.deepEqual(section.items, []);
      assert.equal(section.absent, 'snapshot.storage.k8s.io is not installed');
    }
  });

  it('calls nothing absent when the CRDs are there and hold nothing', async () => {
    const { cluster } = await openSimulated(makeClusterState());

    const { volumeSnapshots } = (await cluster.collect(ofSnapshots)).sections;

    assert.ok(volumeSnapshots.ok);
    assert.equal(volumeSnapshots.absent, undefined);
  });

  const kinds: readonly FaultKind[] = ['serverError', 'forbidden', 'notFound', 'halfPage', 'wrongJson', 'emptyList'];
  for (const kind of kinds) {
    it(`fails, and never calls absent, when /apis meets ${kind}`, async () => {
      const faults = new FaultInjector([{ system: '*', call: '/apis', kind }]);
      const { cluster } = await openSimulated(makeClusterState([], withoutCrds), { simulator: { faults } });

      const { sections } = await cluster.collect();

      for (const name of [...ofSnapshots, 'workloads', 'backupTools'] as const) assert.equal(sections[name].ok, false);
      assert.equal(sections.persistentVolumes.ok, true);
    });
  }

  it('fails when the group is registered and its own discovery is down', async () => {
    const call = '/apis/snapshot.storage.k8s.io/v1';
    const faults = new FaultInjector([{ system: '*', call, kind: 'unavailable' }]);
    const { cluster } = await openSimulated(makeClusterState(), { simulator: { faults } });

    const { sections } = await cluster.collect();

    for (const name of ofSnapshots) assert.equal(sections[name].ok, false);
    assert.equal(sections.workloads.ok, true);
  });

  it('fails the workloads when KubeVirt is there and may not be listed', async () => {
    const machine = makeObject('kubevirt.io/v1', 'VirtualMachine', 'vm', { spec: {} }, { namespace: 'shop' });
    const rights = [
      { group: 'apps', resource: '*', verbs: ['list'] },
      { group: 'batch', resource: '*', verbs: ['list'] },
    ];
    const { cluster } = await openSimulated(makeClusterState([machine]), { simulator: { rights } });

    const { workloads } = (await cluster.collect(['workloads'])).sections;

    assert.equal(!workloads.ok && workloads.error.code, 'forbidden');
  });

  it('does not take a list of namespaces without kube-system for the whole list', async () => {
    const faults = new FaultInjector([{ system: '*', call: '/api/v1/namespaces', kind: 'emptyList' }]);
    const { cluster } = await openSimulated(makeClusterState(), { simulator: { faults } });

    const { namespaces } = (await cluster.collect(['namespaces'])).sections;

    assert.equal(!namespaces.ok && namespaces.error.code, 'badAnswer');
  });
});
