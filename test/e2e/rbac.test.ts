import assert from 'node:assert/strict';
import { openCluster } from '../../src/collect/kubernetes/index.ts';
import { type ApiRight, apiRights } from '../../src/collect/kubernetes/rights.ts';
import type { ClusterSectionName, ClusterSections } from '../../src/model/kubernetes.ts';
import { silentLogger } from '../../src/model/logger.ts';
import { accountKubeconfig } from './cluster/accounts.ts';
import type { Cluster } from './cluster/cluster.ts';
import { tryRun, until } from './cluster/exec.ts';
import { applyAll, find, type Manifest, moveTo, renderOverlay, toList, uniqueNamespace } from './cluster/manifests.ts';
import { sharedControlPlane } from './cluster/shared.ts';

type Rule = { apiGroups: string[]; resources: string[]; verbs: string[] };

/** Groups of optional products are not installed in the test cluster: nothing of theirs is asked for. */
const installed = new Set(['', 'apps', 'batch', 'coordination.k8s.io', 'storage.k8s.io', 'snapshot.storage.k8s.io']);

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

  const canList = ({ group, resource }: ApiRight) => may('list', group === '' ? resource : `${resource}.${group}`);

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

  const removable = apiRights.filter((right) => installed.has(right.group) && right.optional === undefined);
  for (const right of removable) {
    const name = `${right.group === '' ? '' : `${right.group}/`}${right.resource}`;
    it(`without ${name} the section ${right.section} fails and nothing else does`, async () => {
      const rules = (role['rules'] as Rule[]).map((rule) =>
        rule.apiGroups[0] === right.group
          ? { ...rule, resources: rule.resources.filter((resource) => resource !== right.resource) }
          : rule,
      );
      const narrowed = { ...role, rules: rules.filter(({ resources }) => resources.length > 0) };
      await cluster.kc(['apply', '-f', '-'], toList([narrowed]));
      await until(`${name} to be refused`, async () => ((await canList(right)) ? undefined : true));

      const sections = await collect();

      await cluster.kc(['apply', '-f', '-'], toList([role]));
      await until(`${name} to be granted`, async () => ((await canList(right)) ? true : undefined));
      assert.deepEqual(failed(sections), [right.section]);
      const section = sections[right.section];
      assert.equal(!section.ok && section.error.code, 'forbidden');
    });
  }
});
