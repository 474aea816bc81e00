import assert from 'node:assert/strict';
import { openCluster } from '../../src/collect/kubernetes/index.ts';
import type { ClusterSectionName, ClusterSections } from '../../src/model/kubernetes.ts';
import { silentLogger } from '../../src/model/logger.ts';
import { accountKubeconfig } from './cluster/accounts.ts';
import type { Cluster } from './cluster/cluster.ts';
import { tryRun, until } from './cluster/exec.ts';
import { applyAll, moveTo, renderOverlay, uniqueNamespace } from './cluster/manifests.ts';
import { sharedControlPlane } from './cluster/shared.ts';

describe('[E] the ClusterRole as shipped', function rbacSuite() {
  this.timeout(180_000);
  const namespace = uniqueNamespace('rbac');
  let cluster: Cluster;
  let kubeconfig: string;

  before(async () => {
    cluster = await sharedControlPlane();
    const manifests = moveTo(namespace, await renderOverlay(cluster, 'base'));
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
});
