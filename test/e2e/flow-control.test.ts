import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openCluster } from '../../src/collect/kubernetes/index.ts';
import { silentLogger } from '../../src/model/logger.ts';
import { accountKubeconfig } from './cluster/accounts.ts';
import type { Cluster } from './cluster/cluster.ts';
import { until } from './cluster/exec.ts';
import { applyAll, moveTo, parseManifests, renderOverlay, repository, uniqueNamespace } from './cluster/manifests.ts';
import { sharedControlPlane } from './cluster/shared.ts';

const file = join(repository, 'cronjob/components/flow-control/flowschema.yaml');

describe('[E] API Priority and Fairness of the real API server', function flowControlSuite() {
  this.timeout(120_000);
  const namespace = uniqueNamespace('flow');
  let cluster: Cluster;
  let kubeconfig: string;

  before(async () => {
    cluster = await sharedControlPlane();
    await applyAll(cluster, moveTo(namespace, await renderOverlay(cluster, 'base')));
    kubeconfig = await accountKubeconfig(cluster, namespace, 'strandline');
  });

  after(async () => {
    await cluster.kc(['delete', 'flowschema,prioritylevelconfiguration', namespace, '--ignore-not-found']);
    await cluster.kc(['delete', 'clusterrole,clusterrolebinding', namespace, '--ignore-not-found']);
    await cluster.kc(['delete', 'namespace', namespace, '--wait=false']);
  });

  /** Names of the FlowSchema and the priority level under which the API server put a list of the scan's account. */
  async function placeOfList(): Promise<readonly (string | undefined)[]> {
    const source = await openCluster(
      { name: 'test', source: { kind: 'kubeconfig', file: kubeconfig }, tls: {}, callTimeoutMs: 10_000, pageSize: 500 },
      { log: silentLogger, signal: new AbortController().signal },
    );
    assert.ok(source.connection);
    const { http, server, headers } = source.connection;
    const url = `${server}/api/v1/persistentvolumes?limit=500`;
    const answer = await http.request({ url, headers: await headers() }).finally(() => source.close());
    const names = JSON.parse(await cluster.kc(['get', 'flowschema,prioritylevelconfiguration', '-o', 'json'])) as {
      items: { metadata: { uid: string; name: string } }[];
    };
    const nameOf = (uid: string | null) => names.items.find(({ metadata }) => metadata.uid === uid)?.metadata.name;
    return ['x-kubernetes-pf-flowschema-uid', 'x-kubernetes-pf-prioritylevel-uid'].map((header) =>
      nameOf(answer.headers.get(header)),
    );
  }

  it('puts the lists of a service account among those of all others', async () => {
    const place = await until('RBAC caches', () => placeOfList().catch(() => undefined));

    assert.deepEqual(place, ['service-accounts', 'workload-low']);
  });

  it('takes the manifest as shipped, and from then on they have a queue of their own', async () => {
    const text = (await readFile(file, 'utf8')).replaceAll(/\bname: strandline$/gm, `name: ${namespace}`);
    const moved = text.replace('namespace: strandline }', `namespace: ${namespace} }`);
    assert.equal(parseManifests(moved).filter(({ metadata }) => metadata.name === namespace).length, 2);
    await cluster.kc(['apply', '-f', '-'], moved);
    const place = await until('the FlowSchema to hold', async () => {
      const now = await placeOfList();
      return now.includes(namespace) ? now : undefined;
    });

    assert.deepEqual(place, [namespace, namespace]);
  });
});
