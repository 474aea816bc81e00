import assert from 'node:assert/strict';
import { openCluster } from '../../src/collect/kubernetes/index.ts';
import type { ClusterSectionName, ClusterSections } from '../../src/model/kubernetes.ts';
import { silentLogger } from '../../src/model/logger.ts';
import { accountKubeconfig } from './cluster/accounts.ts';
import type { Cluster } from './cluster/cluster.ts';
import { tryRun, until } from './cluster/exec.ts';
import { applyAll, find, type Manifest, moveTo, renderOverlay, toList, uniqueNamespace } from './cluster/manifests.ts';
import { sharedControlPlane } from './cluster/shared.ts';

describe('[E] the ClusterRole as shipped', function rbacSuite() {
  this.timeout(180_000);
  const namespace = uniqueNamespace('rbac');
  let cluster: Cluster;
  let kubeconfig: string;
  let role: Manifest;

  before(async () => {
    cluster = await sharedControlPlane();
    const manifests = moveTo(namespace, await renderOverlay(cluster, 'base'));
    role = find(manifests, 'ClusterRole');
    await applyAll(cluster, manifests);
    kubeconfig = await accountKubeconfig(cluster, namespace, 'strandline');
  });

  after(async () => {
    await cluster.kc(['delete', 'clusterrole,clusterrolebinding', namespace, '--ignore-not-found']);
  });

  async function collect(): Promise<ClusterSections> {
    const source = await openCluster(
      { name: 'test', source: { kind: 'kubeconfig', file: kubeconfig }, tls: {}, callTimeoutMs: 10_000, pageSize: 500 },
      { log: silentLogger, signal: new AbortController().signal },
    );
    try {
      return (await source.collect()).sections;
    } finally {
      source.close();
    }
  }

  async function may(verb: string, resource: string, subresource = ''): Promise<boolean> {
    const { stdout } = await tryRun(cluster.kubectl, [
      ...['--kubeconfig', cluster.kubeconfig, 'auth', 'can-i', verb, resource, '--all-namespaces'],
      ...['--as', `system:serviceaccount:${namespace}:strandline`, `--subresource=${subresource}`],
    ]);
    assert.match(stdout, /^(yes|no)/);
    return stdout.startsWith('yes');
  }

  function failed(sections: ClusterSections): ClusterSectionName[] {
    return (Object.keys(sections) as ClusterSectionName[]).filter((name) => !sections[name].ok);
  }

  it('is enough: every section is read completely', async () => {
    const sections = await until('RBAC caches', async () => {
      const read = await collect();
      return failed(read).length === 0 ? read : undefined;
    });

    assert.deepEqual(failed(sections), []);
    assert.ok(sections.namespaces.ok && sections.namespaces.items.length >= 4);
  });

  it('gives no right to write, to Secrets or to the nodes’ proxy', async () => {
    for (const [verb, resource, subresource] of [
      ['get', 'secrets'],
      ['list', 'secrets'],
      ['create', 'pods'],
      ['delete', 'persistentvolumes'],
      ['patch', 'persistentvolumeclaims'],
      ['get', 'nodes', 'proxy'],
      ['create', 'pods', 'exec'],
    ] as const) {
      assert.equal(await may(verb, resource, subresource), false, `${verb} ${resource} ${subresource ?? ''}`);
    }
  });

  describe('with KubeVirt and Velero', () => {
    before(async () => {
      const crds = optionalKinds.map(([group, plural, kind]) => bareCrd(group, plural, kind));
      await cluster.kc(['apply', '-f', '-'], toList(crds));
      const names = crds.map(({ metadata }) => `crd/${metadata.name}`);
      await cluster.kc(['wait', '--for=condition=Established', '--timeout=60s', ...names]);
    });

    after(async () => {
      await cluster.kc(['delete', 'crd', ...optionalKinds.map(([group, plural]) => `${plural}.${group}`)]);
    });

    it('is enough for them, too', async () => {
      const { workloads, backupTools } = await collect();

      assert.equal(workloads.ok, true);
      assert.ok(backupTools.ok && backupTools.items.some(({ name }) => name === 'velero'));
      for (const [group, plural] of optionalKinds) assert.equal(await may('list', `${plural}.${group}`), true, plural);
    });

    it('without the rule for virtual machines it cannot say what uses a volume', async () => {
      const rules = (role['rules'] as { apiGroups: string[] }[]).filter(
        ({ apiGroups }) => apiGroups[0] !== 'kubevirt.io',
      );
      assert.equal(rules.length, role['rules'].length - 1);
      await cluster.kc(['apply', '-f', '-'], toList([{ ...role, rules }]));
      await until('the right to be gone', async () =>
        (await may('list', 'virtualmachines.kubevirt.io')) ? undefined : true,
      );

      const sections = await collect();

      await cluster.kc(['apply', '-f', '-'], toList([role]));
      assert.deepEqual(failed(sections), ['workloads']);
    });
  });
});

const optionalKinds = [
  ['kubevirt.io', 'virtualmachines', 'VirtualMachine'],
  ['kubevirt.io', 'virtualmachineinstances', 'VirtualMachineInstance'],
  ['velero.io', 'backups', 'Backup'],
  ['velero.io', 'schedules', 'Schedule'],
] as const;

/** Enough of a product to be found by discovery and to be listed. */
function bareCrd(group: string, plural: string, kind: string): Manifest {
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      names: { plural, singular: kind.toLowerCase(), kind, listKind: `${kind}List` },
      scope: 'Namespaced',
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  };
}
