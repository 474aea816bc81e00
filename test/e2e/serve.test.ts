import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { startTrueNas, type TrueNasSimulator } from '../../src/simulate/truenas/server.ts';
import { accountKubeconfig } from './cluster/accounts.ts';
import type { Cluster } from './cluster/cluster.ts';
import { until } from './cluster/exec.ts';
import { applyAll, moveTo, renderOverlay, uniqueNamespace } from './cluster/manifests.ts';
import { sharedControlPlane } from './cluster/shared.ts';
import { type Replica, startReplica } from './support/replica.ts';
import { smallEstate } from './support/small-estate.ts';

const leaseSeconds = 5;

describe('[E] serve on a real API server', function serveSuite() {
  this.timeout(240_000);
  const namespace = uniqueNamespace('serve');
  const replicas: Replica[] = [];
  let cluster: Cluster;
  let folder: string;
  let nas: TrueNasSimulator;
  let token: string;

  before(async () => {
    cluster = await sharedControlPlane();
    await applyAll(cluster, moveTo(namespace, await renderOverlay(cluster, 'overlays/serve')));
    folder = await mkdtemp(join(tmpdir(), 'strandline-serve-e2e-'));
    const [state] = smallEstate().nases;
    if (state === undefined) throw new Error('the estate has no NAS');
    nas = await startTrueNas(state);
    await writeFile(join(folder, 'nas.key'), state.users[0]?.apiKey ?? '', { mode: 0o600 });
    await writeFile(join(folder, 'nas.pem'), nas.caPem);
    await cluster.kc(['-n', namespace, 'create', 'serviceaccount', 'boss']);
    for (const role of ['viewer', 'scanner'])
      await cluster.kc([
        ...['create', 'clusterrolebinding', `${namespace}-boss-${role}`],
        ...[`--clusterrole=${namespace}-${role}`, `--serviceaccount=${namespace}:boss`],
      ]);
    token = (await cluster.kc(['-n', namespace, 'create', 'token', 'boss'])).trim();
  });

  afterEach(async () => {
    for (const replica of replicas.splice(0)) {
      replica.kill('SIGKILL');
      await replica.exited;
    }
  });

  after(async () => {
    await nas?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function start(name: string, serve: Record<string, unknown> = {}): Promise<Replica> {
    const file = join(folder, `${name}.yaml`);
    const kubeconfig = await accountKubeconfig(cluster, namespace, 'strandline');
    const [user] = smallEstate().nases[0]?.users ?? [];
    await writeFile(
      file,
      stringify({
        clusters: [{ name: 'prod', kubeconfig }],
        nas: [
          { name: 'nas01', url: nas.url, username: user?.username, apiKeyFile: 'nas.key', tls: { caFile: 'nas.pem' } },
        ],
        history: { dir: join(folder, `history-${serve['history'] ?? 'shared'}`) },
        lock: { namespace, lease: `${leaseSeconds}s` },
        serve: {
          ...{ host: '127.0.0.1', refresh: '1s', drain: '2s', auth: { kubernetes: { cacheFor: '1s' } } },
          ...Object.fromEntries(Object.entries(serve).filter(([key]) => key !== 'history')),
        },
      }),
    );
    const replica = await startReplica(file, await freePort());
    replicas.push(replica);
    return replica;
  }

  const ask = (url: string, path: string, as = token, init: RequestInit = {}) =>
    fetch(`${url}${path}`, { ...init, headers: { authorization: `Bearer ${as}` } });

  it('lets service accounts in by RBAC, and not one that was revoked', async () => {
    const { url } = await start('rbac');
    await cluster.kc(['-n', namespace, 'create', 'serviceaccount', 'stranger']);
    await cluster.kc(['-n', namespace, 'create', 'serviceaccount', 'leaver']);
    const stranger = (await cluster.kc(['-n', namespace, 'create', 'token', 'stranger'])).trim();
    const leaver = (await cluster.kc(['-n', namespace, 'create', 'token', 'leaver'])).trim();
    await cluster.kc([
      ...['create', 'clusterrolebinding', `${namespace}-leaver`, `--clusterrole=${namespace}-viewer`],
      `--serviceaccount=${namespace}:leaver`,
    ]);
    await until('RBAC caches', async () =>
      (await ask(url, '/api/v1/scans', leaver)).status === 200 ? true : undefined,
    );

    assert.equal((await ask(url, '/api/v1/scans')).status, 200);
    assert.equal((await ask(url, '/api/v1/scans', stranger)).status, 403);
    assert.equal((await ask(url, '/api/v1/scans', leaver, { method: 'POST' })).status, 403);
    assert.equal((await ask(url, '/api/v1/scans', `${token.slice(0, -6)}AAAAAA`)).status, 401);
    assert.equal((await fetch(`${url}/api/v1/scans`)).status, 401);

    await cluster.kc(['-n', namespace, 'delete', 'serviceaccount', 'leaver']);
    await until('the revocation', async () =>
      (await ask(url, '/api/v1/scans', leaver)).status === 401 ? true : undefined,
    );
  });

  it('a team that may view a namespace sees the findings of that namespace', async () => {
    const { url } = await start('team');
    await cluster.kc(['-n', namespace, 'create', 'serviceaccount', 'team']);
    await cluster.kc([
      ...['-n', namespace, 'create', 'rolebinding', 'team', `--clusterrole=${namespace}-findings`],
      `--serviceaccount=${namespace}:team`,
    ]);
    const team = (await cluster.kc(['-n', namespace, 'create', 'token', 'team'])).trim();
    await cluster.kc(['-n', namespace, 'create', '-f', '-'], pendingClaim(namespace));
    const posted = await ask(url, '/api/v1/scans', token, { method: 'POST' });
    assert.equal(posted.status, 202, await posted.clone().text());
    await until('the result', async () => ((await ask(url, '/api/v1/findings')).status === 200 ? true : undefined));
    const all = (await (await ask(url, '/api/v1/findings?limit=1000')).json()) as { total: number };
    const own = await ask(url, '/api/v1/findings?limit=1000', team);

    assert.ok(all.total > 0);
    if (own.status === 200) {
      const { items } = (await own.json()) as {
        items: { resource: { namespace?: string }; owner: { namespace?: string } }[];
      };
      for (const { resource, owner } of items) assert.equal(resource.namespace ?? owner.namespace, namespace);
    } else assert.equal(own.status, 403); // nothing was found in its namespace: it sees nothing at all
  });

  it('when the scanning replica is killed the other one scans, within the lease', async () => {
    nas.faults.set([{ system: '*', call: '*', kind: 'hang' }]);
    const options = { interval: '10s', history: 'failover' };
    const first = await start('a', options);
    const second = await start('b', options);
    const running = async ({ url }: Replica) => {
      const { items } = (await (await ask(url, '/api/v1/scans?state=running')).json()) as { items: unknown[] };
      return items.length > 0;
    };
    const leader = await until('a scan', async () => {
      if (await running(first)) return first;
      return (await running(second)) ? second : undefined;
    });
    const other = leader === first ? second : first;
    assert.equal(await running(other), false, 'only one scans');
    nas.faults.set([]);
    leader.kill('SIGKILL');
    const killedAt = Date.now();
    await until('the other one', async () => ((await running(other)) ? true : undefined));
    const tookMs = Date.now() - killedAt;

    // A lease, one look of the waiting replica, and what a loaded machine adds.
    assert.ok(tookMs < (leaseSeconds + 15) * 1000, `${tookMs} ms`);
  });

  it('SIGTERM under load: no request is lost', async () => {
    const options = { history: 'load', requestsPerMinute: 10_000_000 };
    const [first, second] = [await start('c', options), await start('d', options)];
    // The lease of the replica that was killed before has to run out first.
    await until('a scan', async () =>
      (await ask(first.url, '/api/v1/scans', token, { method: 'POST' })).status === 202 ? true : undefined,
    );
    await until('a result', async () =>
      (await ask(second.url, '/api/v1/findings')).status === 200 ? true : undefined,
    );
    const failures: string[] = [];
    let answered = 0;
    let isOver = false;
    // A load balancer: it looks at /readyz once in a while, and sends on to who was ready then.
    let isFirstReady = true;
    const balancing = (async () => {
      while (!isOver) {
        isFirstReady = await fetch(`${first.url}/readyz`).then(
          ({ ok }) => ok,
          () => false,
        );
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    })();
    const client = async (): Promise<void> => {
      while (!isOver) {
        const { url } = isFirstReady ? first : second;
        await ask(url, '/api/v1/findings?limit=1000').then(
          async (answer) => {
            await answer.text();
            answered += 1;
            if (answer.status !== 200) failures.push(`${url}: ${answer.status}`);
          },
          (error: unknown) => failures.push(`${url}: ${String((error as Error).cause)}`),
        );
      }
    };
    const clients = Array.from({ length: 20 }, client);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const before = answered;
    first.kill('SIGTERM');
    const stoppedAt = Date.now();
    await first.exited;
    const tookMs = Date.now() - stoppedAt;
    await new Promise((resolve) => setTimeout(resolve, 1000));
    isOver = true;
    await Promise.all([...clients, balancing]);

    assert.deepEqual(failures, []);
    assert.ok(before > 20 && answered > before, `${before}, then ${answered}`);
    assert.ok(tookMs < 30_000, `${tookMs} ms`);
  });
});

function pendingClaim(namespace: string): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'waiting', namespace },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, storageClassName: 'none' },
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
