import assert from 'node:assert/strict';
import { Agent } from 'node:https';
import fetch from 'node-fetch';
import type { ClusterState } from '../../../src/simulate/estate.ts';
import { FaultInjector } from '../../../src/simulate/faults.ts';
import {
  type KubernetesOptions,
  type KubernetesSimulator,
  startKubernetes,
} from '../../../src/simulate/kubernetes/start.ts';
import { makeClaim, makeClusterState, makeObject, makeVolumes } from '../../support/cluster-state.ts';

const volumes = '/api/v1/persistentvolumes';
const leases = '/apis/coordination.k8s.io/v1/namespaces/default/leases';

interface Body {
  readonly kind: string;
  readonly reason?: string;
  readonly message?: string;
  readonly code?: number;
  readonly details?: unknown;
  readonly metadata: { readonly continue?: string; readonly remainingItemCount?: number; resourceVersion: string };
  readonly items: { readonly metadata: { readonly name: string; readonly uid: string } }[];
  readonly [field: string]: unknown;
}

describe('[U] simulate/kubernetes', () => {
  let simulator: KubernetesSimulator;
  let agent: Agent;

  afterEach(async () => {
    agent.destroy();
    await simulator.close();
  });

  async function start(state: ClusterState, options?: KubernetesOptions): Promise<void> {
    simulator = await startKubernetes(state, options);
    agent = new Agent({ ca: simulator.caPem, keepAlive: true });
  }

  async function ask(path: string, init: { method?: string; body?: unknown; headers?: Record<string, string> } = {}) {
    const { method = 'GET', body, headers } = init;
    const answer = await fetch(`${simulator.url}${path}`, {
      method,
      agent,
      headers: { authorization: `Bearer ${simulator.token}`, ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const json = answer.headers.get('content-type') === 'application/json' ? (JSON.parse(text) as Body) : undefined;
    return { status: answer.status, headers: answer.headers, text, body: json as Body };
  }

  it('pages 10,000 objects in order, exactly once, at one cost per page', async () => {
    await start(makeClusterState(makeVolumes(10_000)));
    const names: string[] = [];
    let token = '';
    const remaining: (number | undefined)[] = [];

    const started = performance.now();
    do {
      const { body } = await ask(`${volumes}?limit=500${token && `&continue=${token}`}`);
      names.push(...body.items.map(({ metadata }) => metadata.name));
      remaining.push(body.metadata.remainingItemCount);
      token = body.metadata.continue ?? '';
    } while (token !== '');

    assert.deepEqual(
      names,
      makeVolumes(10_000).map(({ metadata }) => metadata.name),
    );
    assert.deepEqual(remaining.slice(-2), [500, undefined]);
    assert.ok(performance.now() - started < 10_000);
  });

  it('answers an old token with 410 Expired, and a spoiled one with 400', async () => {
    await start(makeClusterState(makeVolumes(3)));
    const { body } = await ask(`${volumes}?limit=1`);
    const next = `${volumes}?limit=1&continue=${body.metadata.continue}`;
    assert.equal((await ask(next)).status, 200);

    simulator.expireTokens();

    const old = await ask(next);
    assert.equal(old.status, 410);
    assert.equal(old.body.reason, 'Expired');
    assert.equal((await ask(`${volumes}?limit=1&continue=x`)).status, 400);
  });

  it('lists another state, and lets old tokens expire, after setState', async () => {
    await start(makeClusterState(makeVolumes(3)));
    const { body } = await ask(`${volumes}?limit=1`);

    simulator.setState(makeClusterState(makeVolumes(1)));

    assert.equal((await ask(`${volumes}?continue=${body.metadata.continue}`)).status, 410);
    const next = await ask(volumes);
    assert.equal(next.body.items.length, 1);
    assert.notEqual(next.body.metadata.resourceVersion, body.metadata.resourceVersion);
  });

  it('selects by namespace and by fields, without remainingItemCount', async () => {
    const event = (name: string, kind: string) =>
      makeObject('v1', 'Event', name, { involvedObject: { kind }, reason: 'r' }, { namespace: 'shop' });
    await start(
      makeClusterState([
        event('a', 'Pod'),
        event('b', 'PersistentVolumeClaim'),
        event('c', 'PersistentVolumeClaim'),
        makeClaim('shop', 'media'),
        makeClaim('lab', 'data'),
      ]),
    );

    const selector = 'fieldSelector=involvedObject.kind%3DPersistentVolumeClaim%2Creason%3Dr';
    const { body } = await ask(`/api/v1/events?limit=1&${selector}`);
    const inShop = await ask('/api/v1/namespaces/shop/persistentvolumeclaims');

    assert.deepEqual(names(body), ['b']);
    assert.equal(body.metadata.remainingItemCount, undefined);
    assert.deepEqual(names((await ask(`/api/v1/events?${selector}&continue=${body.metadata.continue}`)).body), ['c']);
    assert.deepEqual(names(inShop.body), ['media']);
  });

  it('gets by name, and tells a missing object from a path it does not know', async () => {
    await start(makeClusterState(makeVolumes(1)));

    assert.equal((await ask(`${volumes}/pvc-00000`)).body['kind'], 'PersistentVolume');
    const missing = await ask(`${volumes}/pvc-9`);
    assert.equal(missing.status, 404);
    assert.equal(missing.body.message, 'persistentvolumes "pvc-9" not found');
    assert.deepEqual(missing.body.details, { name: 'pvc-9', kind: 'persistentvolumes' });
    const noResource = await ask('/apis/storage.k8s.io/v1/nothings/a');
    assert.deepEqual([noResource.status, noResource.body.details], [404, {}]);
    const noGroup = await ask('/apis/none.example.org/v1/nothings');
    assert.deepEqual([noGroup.status, noGroup.text], [404, '404 page not found\n']);
  });

  it('has kube-system with the UID of the estate, and the namespaces that are used', async () => {
    await start(makeClusterState([makeClaim('shop', 'media')]));

    const { body } = await ask('/api/v1/namespaces');

    assert.deepEqual(names(body), ['default', 'kube-system', 'shop']);
    assert.equal(body.items[1]?.metadata.uid, 'uid-of-kube-system');
  });

  it('lets nobody in without the token', async () => {
    await start(makeClusterState());

    const { status, body } = await ask(volumes, { headers: { authorization: 'Bearer other' } });

    assert.equal(status, 401);
    assert.equal(body.reason, 'Unauthorized');
  });

  it('refuses in the words of RBAC, by group, verb and namespace', async () => {
    const rights = [{ group: '', resource: 'persistentvolumeclaims', verbs: ['list'], namespace: 'shop' }];
    await start(makeClusterState([makeClaim('shop', 'media')]), { rights });
    const user = 'system:serviceaccount:strandline:strandline';

    assert.equal((await ask('/api/v1/namespaces/shop/persistentvolumeclaims')).status, 200);
    const named = await ask('/apis/storage.k8s.io/v1/storageclasses/fast');
    const scoped = await ask('/api/v1/namespaces/lab/persistentvolumeclaims');
    const everywhere = await ask('/api/v1/persistentvolumeclaims');

    assert.equal(named.status, 403);
    assert.equal(
      named.body.message,
      `storageclasses.storage.k8s.io "fast" is forbidden: User "${user}" cannot get resource "storageclasses" in API group "storage.k8s.io" at the cluster scope`,
    );
    assert.match(scoped.body.message ?? '', /in the namespace "lab"$/);
    assert.match(everywhere.body.message ?? '', /at the cluster scope$/);
  });

  it('reviews access by the same rights', async () => {
    await start(makeClusterState(), { rights: [{ group: '', resource: 'pods', verbs: ['list'] }] });
    const review = async (verb: string) => {
      const spec = { resourceAttributes: { verb, group: '', resource: 'pods' } };
      const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
      const { status, body } = await ask(path, { method: 'POST', body: { spec } });
      assert.equal(status, 201);
      return (body['status'] as { readonly allowed: boolean }).allowed;
    };

    assert.equal(await review('list'), true);
    assert.equal(await review('delete'), false);
  });

  it('discovers groups in both forms, and leaves absent groups out', async () => {
    await start(makeClusterState([], { absentGroups: ['snapshot.storage.k8s.io'] }));
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';

    const plain = await ask('/apis');
    const aggregated = await ask('/apis', { headers: { accept } });

    const groups = (plain.body['groups'] as { readonly name: string }[]).map(({ name }) => name);
    assert.ok(groups.includes('apps') && !groups.includes('snapshot.storage.k8s.io'));
    assert.equal(aggregated.body.kind, 'APIGroupDiscoveryList');
    assert.deepEqual(
      aggregated.body.items.map(({ metadata }) => metadata.name),
      groups,
    );
    assert.equal((await ask('/apis/snapshot.storage.k8s.io/v1')).text, '404 page not found\n');
    assert.equal((await ask('/version')).body['gitVersion'], 'v1.34.4');
  });

  it('serves a group that only a CustomResourceDefinition shows', async () => {
    const spec = {
      group: 'volsync.backube',
      scope: 'Namespaced',
      names: { plural: 'replicationsources', kind: 'ReplicationSource' },
      versions: [{ name: 'v1alpha1' }],
    };
    const crd = makeObject('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'x', { spec });
    await start(makeClusterState([crd]));

    const { body } = await ask('/apis/volsync.backube/v1alpha1/replicationsources');

    assert.equal(body.kind, 'ReplicationSourceList');
  });

  it('keeps a Lease, and refuses a write that did not see the last one', async () => {
    await start(makeClusterState());
    const lease = { metadata: { name: 'scan' }, spec: { holderIdentity: 'a' } };

    assert.equal((await ask(`${leases}/scan`)).status, 404);
    const created = await ask(leases, { method: 'POST', body: lease });
    assert.equal(created.status, 201);
    assert.equal((await ask(leases, { method: 'POST', body: lease })).body.reason, 'AlreadyExists');
    const next = { ...lease, metadata: { ...created.body.metadata, name: 'scan' }, spec: { holderIdentity: 'b' } };
    assert.equal((await ask(`${leases}/scan`, { method: 'PUT', body: next })).status, 200);
    const stale = await ask(`${leases}/scan`, { method: 'PUT', body: next });
    assert.equal(stale.status, 409);
    assert.equal(stale.body.reason, 'Conflict');
  });

  it('tells its own time, and compresses large answers only', async () => {
    const now = new Date('2026-11-23T02:00:00Z');
    await start(makeClusterState(makeVolumes(1_000), { clockSkewMs: -60_000 }), { now });

    const large = await ask(volumes);
    const small = await ask('/version');

    assert.equal(large.headers.get('date'), 'Mon, 23 Nov 2026 01:59:00 GMT');
    assert.equal(large.headers.get('content-encoding'), 'gzip');
    assert.equal(small.headers.get('content-encoding'), null);
  });

  it('injects a fault into one call, counts it, and logs every call', async () => {
    const faults = new FaultInjector([
      { system: 'cluster/prod', call: volumes, kind: 'tooManyRequests', times: 1, retryAfterSeconds: 7 },
    ]);
    await start(makeClusterState(), { faults });

    const first = await ask(volumes);
    const second = await ask(volumes);

    assert.deepEqual([first.status, first.headers.get('retry-after'), second.status], [429, '7', 200]);
    assert.equal(faults.firedCount(), 1);
    assert.deepEqual(
      simulator.log.records.map(({ system, call, status }) => `${system} ${call} ${status}`),
      [`cluster/prod ${volumes} tooManyRequests`, `cluster/prod ${volumes} 200`],
    );
  });

  it('leaves half of a page out in a way that a careful client can see', async () => {
    const faults = new FaultInjector([{ system: '*', call: volumes, kind: 'halfPage' }]);
    await start(makeClusterState(makeVolumes(4)), { faults });

    const { body } = await ask(volumes);

    assert.equal(body.items.length, 2);
    assert.equal(body.metadata.remainingItemCount, 2);
    assert.equal(body.metadata.continue, undefined);
  });
});

function names(body: Body): readonly string[] {
  return body.items.map(({ metadata }) => metadata.name);
}
