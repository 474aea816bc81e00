import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { openCluster } from '../../src/collect/kubernetes/index.ts';
import { createLeaseApi } from '../../src/collect/kubernetes/lease.ts';
import { LockError } from '../../src/errors.ts';
import type { LeaseApi } from '../../src/model/lease.ts';
import { silentLogger } from '../../src/model/logger.ts';
import { acquireScanLock } from '../../src/run/lock.ts';
import { accountKubeconfig } from './cluster/accounts.ts';
import type { Cluster } from './cluster/cluster.ts';
import { until } from './cluster/exec.ts';
import { applyAll, moveTo, renderOverlay, uniqueNamespace } from './cluster/manifests.ts';
import { sharedControlPlane } from './cluster/shared.ts';

const leaseMs = 3_000;

describe('[E] the scan lock on a real API server', function lockSuite() {
  this.timeout(120_000);
  const namespace = uniqueNamespace('lock');
  let cluster: Cluster;
  let kubeconfig: string;
  const closing: { close(): void }[] = [];

  before(async () => {
    cluster = await sharedControlPlane();
    await applyAll(cluster, moveTo(namespace, await renderOverlay(cluster, 'base')));
    kubeconfig = await accountKubeconfig(cluster, namespace, 'strandline');
  });

  afterEach(async () => {
    await cluster.kc(['-n', namespace, 'delete', 'lease', 'strandline', '--ignore-not-found']);
  });

  after(() => {
    for (const one of closing) one.close();
  });

  async function leaseApi(file = kubeconfig): Promise<LeaseApi> {
    const source = await openCluster(
      {
        name: 'test',
        source: { kind: 'kubeconfig', file },
        tls: { minVersion: 'TLSv1.3' },
        callTimeoutMs: 5_000,
        pageSize: 500,
      },
      { log: silentLogger, signal: new AbortController().signal },
    );
    closing.push(source);
    assert.ok(source.connection);
    return createLeaseApi({ ...source.connection, namespace, name: 'strandline' });
  }

  async function acquire(holder: string, waitForMs: number, api?: LeaseApi) {
    return acquireScanLock({ api: api ?? (await leaseApi()), holder, leaseMs, waitForMs, logger: silentLogger });
  }

  it('the Role as shipped is enough to take, renew and give back', async () => {
    const lock = await acquire('pod-a', 0);

    assert.equal(lock.isHeld, true);
    const read = (field: string) =>
      cluster.kc(['-n', namespace, 'get', 'lease', 'strandline', '-o', `jsonpath={${field}}`]);
    assert.equal(await read('.spec.holderIdentity'), 'pod-a');
    const first = await read('.spec.renewTime');
    await until('a renewal', async () => ((await read('.spec.renewTime')) !== first ? true : undefined));
    await lock.release();
    assert.equal(await read('.spec.holderIdentity'), '');
    assert.equal(lock.lost.aborted, false);
  });

  it('of ten that start at once exactly one scans; the others end with a LockError', async () => {
    const runs = await Promise.allSettled(Array.from({ length: 10 }, (_, index) => acquire(`pod-${index}`, 1_000)));

    const won = runs.flatMap((run) => (run.status === 'fulfilled' ? [run.value] : []));
    assert.equal(won.length, 1);
    for (const run of runs) assert.ok(run.status === 'fulfilled' || run.reason instanceof LockError, String(run));
    for (const lock of won) await lock.release();
  });

  it('ten that wait take their turns, never two at a time', async () => {
    let inside = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 10 }, async (_, index) => {
        const lock = await acquire(`pod-${index}`, 60_000);
        inside += 1;
        most = Math.max(most, inside);
        await new Promise((resolve) => setTimeout(resolve, 100));
        inside -= 1;
        await lock.release();
      }),
    );

    assert.equal(most, 1);
  });

  it('after a kill -9 the next run waits for the rest of the lease, and no longer', async () => {
    const holder = spawn(process.execPath, [join(import.meta.dirname, 'support/hold-lock.ts'), kubeconfig, namespace], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => holder.stdout.once('data', resolve));
    holder.kill('SIGKILL');
    const startedMs = performance.now();

    const lock = await acquire('pod-next', 60_000);

    const waitedMs = performance.now() - startedMs;
    assert.equal(lock.isHeld, true);
    assert.ok(waitedMs > 1_000 && waitedMs < leaseMs + 1_500, `waited ${waitedMs} ms`);
    await lock.release();
  });

  it('without the Role the scan runs, and says that it has no lock', async () => {
    await cluster.kc(['-n', namespace, 'delete', 'rolebinding', 'strandline-lock']);
    const api = await leaseApi();
    await until('RBAC', async () => ((await api.get()).status === 'forbidden' ? true : undefined));

    const lock = await acquire('pod-a', 0, api);

    assert.equal(lock.isHeld, false);
  });
});
