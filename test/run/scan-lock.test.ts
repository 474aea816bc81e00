import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLeaseApi } from '../../src/collect/kubernetes/lease.ts';
import { Config, type ConfigInput } from '../../src/config/schema.ts';
import { LockError } from '../../src/errors.ts';
import { silentLogger } from '../../src/model/logger.ts';
import { type LockableCluster, lockScan } from '../../src/run/scan-lock.ts';
import { createHttpClient } from '../../src/util/http.ts';
import { listen } from '../support/loopback.ts';

describe('[I] run/scan-lock', () => {
  const open: { close(): unknown }[] = [];
  let folder: string;
  let namespaceFile: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'strandline-lock-'));
    namespaceFile = join(folder, 'namespace');
    writeFileSync(namespaceFile, 'storage\n');
  });

  afterEach(async () => {
    rmSync(folder, { recursive: true });
    for (const one of open.splice(0)) await one.close();
  });

  /** A cluster whose Lease is held by `holder` for ever; undefined: free. */
  async function cluster(
    name: string,
    holder?: string,
  ): Promise<LockableCluster & { paths: string[]; bodies: string[] }> {
    const paths: string[] = [];
    const bodies: string[] = [];
    const server = await listen((request, response) => {
      paths.push(`${request.method} ${request.url}`);
      let body = '';
      request.on('data', (part) => {
        body += part;
      });
      request.on('end', () => {
        bodies.push(body);
        const spec = holder === undefined ? {} : { holderIdentity: holder, leaseDurationSeconds: 3600 };
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ metadata: { resourceVersion: '1' }, spec }));
      });
    });
    const http = await createHttpClient({ system: `cluster/${name}`, timeoutMs: 2_000, env: {} });
    open.push(server, http);
    const connection = { http, server: server.url, headers: async () => ({}) };
    return { name, paths, bodies, openLease: async (place) => createLeaseApi({ ...connection, ...place }) };
  }

  function lock(input: ConfigInput, clusters: readonly LockableCluster[], file = namespaceFile) {
    return lockScan(Config.parse(input), clusters, {
      logger: silentLogger,
      signal: new AbortController().signal,
      scanId: 'scan-1',
      env: { STRANDLINE_POD_UID: 'uid-1' },
      namespaceFile: file,
    });
  }

  it('takes the Lease in the namespace of the pod, in the name of the pod', async () => {
    const one = await cluster('prod');

    const taken = await lock({ clusters: [{ name: 'prod', inCluster: true }] }, [one]);
    await taken.release();

    assert.equal(taken.isHeld, true);
    assert.equal(one.paths[0], 'GET /apis/coordination.k8s.io/v1/namespaces/storage/leases/strandline');
    assert.match(one.bodies[1] ?? '', /"holderIdentity":"uid-1"/);
  });

  it('of several clusters asks the one that the pod runs in', async () => {
    const [other, home] = [await cluster('other'), await cluster('home')];

    await (await lock({ clusters: [{ name: 'other' }, { name: 'home', inCluster: true }] }, [other, home])).release();

    assert.deepEqual(other.paths, []);
    assert.ok(home.paths.length > 0);
  });

  it('asks the cluster, namespace and name that config names', async () => {
    const [other, home] = [await cluster('other'), await cluster('home')];
    const config = { lock: { cluster: 'other', namespace: 'ops', name: 'nightly' } };

    await (await lock(config, [other, home])).release();

    assert.equal(other.paths[0], 'GET /apis/coordination.k8s.io/v1/namespaces/ops/leases/nightly');
    assert.deepEqual(home.paths, []);
  });

  it('gives up after lock.waitFor', async () => {
    const one = await cluster('prod', 'uid-of-another');

    await assert.rejects(lock({ lock: { waitFor: '1s' } }, [one]), LockError);
  });

  it('runs without a lock outside a pod, without a connection, and when switched off', async () => {
    const one = await cluster('prod', 'uid-of-another');

    assert.equal((await lock({}, [one], join(folder, 'none'))).isHeld, false);
    assert.equal((await lock({}, [{ name: 'prod', openLease: async () => undefined }])).isHeld, false);
    assert.equal((await lock({ lock: { enabled: false } }, [one])).isHeld, false);
    assert.deepEqual(one.paths, []);
  });
});
