import assert from 'node:assert/strict';
import { clusterSectionNames } from '../../../src/collect/kubernetes/index.ts';
import { apiRights } from '../../../src/collect/kubernetes/rights.ts';
import type { Premise } from '../../../src/model/finding.ts';
import { makeClusterState, makeObject } from '../../support/cluster-state.ts';
import { closeSimulated, openSimulated } from '../../support/open-simulated.ts';

const withEverything = makeClusterState([
  makeObject('kubevirt.io/v1', 'VirtualMachine', 'vm', { spec: {} }, { namespace: 'shop' }),
  makeObject('velero.io/v1', 'Backup', 'b', { spec: { ttl: '720h0m0s' } }, { namespace: 'velero' }),
]);
const kinds = [
  'PersistentVolume',
  'PersistentVolumeClaim',
  'VolumeSnapshot',
  'VolumeSnapshotContent',
  'VolumeAttachment',
  'Node',
] as const;
const premises = kinds.map(
  (kind): Premise => ({ source: 'cluster/prod', kind, namespace: 'shop', name: 'x', expect: 'absent' }),
);

const reviews = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

describe('[U] collect/kubernetes/rights', () => {
  afterEach(closeSimulated);

  it('names exactly the requests that a scan makes', async () => {
    const { simulator, cluster } = await openSimulated(withEverything);

    await cluster.collect();
    await cluster.readAgain(premises);

    const made = new Set(simulator.log.calls().flatMap(({ call }) => toRight(call) ?? []));
    const declared = apiRights.flatMap(({ group, resource, verbs }) =>
      verbs.map((verb) => `${verb} ${group}/${resource}`),
    );
    assert.deepEqual([...made].sort(), [...new Set(declared)].sort());
  });

  it('is enough for every section and the second reading', async () => {
    const { cluster } = await openSimulated(withEverything, { simulator: { rights: apiRights.map(toSimulated) } });

    const { sections, uid } = await cluster.collect();
    const answers = await cluster.readAgain(premises);

    assert.ok(clusterSectionNames.every((name) => sections[name].ok));
    assert.equal(uid, 'uid-of-kube-system');
    assert.ok(answers.every(({ status }) => status === 'absent'));
  });

  for (const missing of apiRights) {
    const { group, resource, section, optional } = missing;
    it(`${optional === undefined ? 'fails' : 'still completes'} ${section} without list of ${resource}.${group}`, async () => {
      const rights = apiRights.filter((right) => right !== missing).map(toSimulated);
      const { cluster } = await openSimulated(withEverything, { simulator: { rights } });

      const { sections } = await cluster.collect();

      const failed = clusterSectionNames.filter((name) => !sections[name].ok);
      assert.deepEqual(failed, optional === undefined ? [section] : []);
    });
  }

  it('asks for every right whether the account has it, and for those it should not have', async () => {
    const rights = apiRights.filter(({ resource }) => resource !== 'csinodes').map(toSimulated);
    const { cluster } = await openSimulated(withEverything, {
      simulator: { rights: [...rights, { group: '', resource: 'pods/exec', verbs: ['create'] }] },
    });

    const { access } = (await cluster.collect(['access'])).sections;

    assert.ok(access.ok);
    const named = access.items.map(({ verb, group, resource, allowed, neededFor }) => ({
      right: `${verb} ${group}/${resource}`,
      allowed,
      neededFor,
    }));
    const needed = named.filter(({ neededFor }) => neededFor !== undefined);
    assert.deepEqual(
      needed.map(({ right }) => right),
      apiRights.flatMap(({ verbs, group, resource }) => verbs.map((verb) => `${verb} ${group}/${resource}`)),
    );
    assert.deepEqual(
      needed.filter(({ allowed }) => !allowed).map(({ right }) => right),
      ['list storage.k8s.io/csinodes'],
    );
    assert.deepEqual(
      named.filter(({ allowed, neededFor }) => allowed && neededFor === undefined).map(({ right }) => right),
      ['create /pods/exec'],
    );
  });

  it('asks nothing about products that the cluster does not have', async () => {
    const { cluster } = await openSimulated(makeClusterState([]));

    const { access } = (await cluster.collect(['access'])).sections;

    assert.ok(access.ok && access.items.length > 30);
    assert.ok(!access.items.some(({ group }) => group === 'kubevirt.io' || group === 'velero.io'));
  });

  for (const kind of ['forbidden', 'notFound'] as const) {
    it(`knows nothing of its rights when the question is answered ${kind}, and is complete all the same`, async () => {
      const { simulator, cluster } = await openSimulated(withEverything);
      simulator.faults.set([{ system: 'cluster/prod', call: reviews, kind }]);

      const { access } = (await cluster.collect(['access'])).sections;

      assert.ok(access.ok && access.absent !== undefined && access.items.length === 0);
    });
  }

  it('fails the section when an access review has no answer in it', async () => {
    const { simulator, cluster } = await openSimulated(withEverything);
    simulator.faults.set([{ system: 'cluster/prod', call: reviews, kind: 'wrongJson' }]);

    assert.equal((await cluster.collect(['access'])).sections.access.ok, false);
  });

  it('fails what is namespaced as partialRights when only some namespaces may be read, and shows their events', async () => {
    const event = makeObject(
      'v1',
      'Event',
      'e',
      { involvedObject: { kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'media' }, reason: 'r' },
      { namespace: 'shop' },
    );
    const rights = apiRights.map((right) => ({
      ...toSimulated(right),
      ...(right.isNamespaced && { namespace: 'shop' }),
    }));
    const { simulator, cluster } = await openSimulated(makeClusterState([event]), {
      simulator: { rights },
      target: { namespaces: ['shop'] },
    });

    const inventory = await cluster.collect();

    const failed = clusterSectionNames.filter((name) => !inventory.sections[name].ok);
    assert.deepEqual(failed, ['claims', 'volumeSnapshots', 'pods', 'workloads']);
    for (const name of failed) {
      const section = inventory.sections[name];
      assert.equal(!section.ok && section.error.code, 'partialRights');
    }
    assert.equal(inventory.sections.events.ok && inventory.sections.events.items.length, 1);
    assert.deepEqual(inventory.namespacesOnly, ['shop']);
    assert.ok(!simulator.log.records.some(({ status }) => status === '403'));
  });
});

function toSimulated({ group, resource, verbs }: (typeof apiRights)[number]) {
  return { group, resource, verbs };
}

/** `list apps/deployments`; undefined for discovery and access reviews, which every account may ask for. */
function toRight(path: string): string | undefined {
  if (path.endsWith('/selfsubjectaccessreviews')) return undefined;
  const match = /^\/(?:api|apis\/([^/]+))\/[^/]+\/(?:namespaces\/[^/]+\/(?=[^/]))?([^/]+)(\/[^/]+)?$/.exec(path);
  const plain = /^\/api\/v1\/namespaces(\/[^/]+)?$/.exec(path);
  if (plain !== null) return `${plain[1] === undefined ? 'list' : 'get'} /namespaces`;
  return match === null ? undefined : `${match[3] === undefined ? 'list' : 'get'} ${match[1] ?? ''}/${match[2]}`;
}
