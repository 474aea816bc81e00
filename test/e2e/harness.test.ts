import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubeObject } from '../../src/simulate/estate.ts';
import { type Cluster, startCluster } from './cluster/cluster.ts';
import { until } from './cluster/exec.ts';
import { createLoader } from './cluster/load.ts';
import { startTicks } from './cluster/processes.ts';
import { sharedControlPlane } from './cluster/shared.ts';

const noServerFields = { uid: '', creationTimestamp: '' };

function volume(index: number): KubeObject {
  const name = `harness-${index}`;
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name, ...noServerFields },
    spec: {
      capacity: { storage: '1Gi' },
      accessModes: ['ReadWriteOnce'],
      persistentVolumeReclaimPolicy: 'Retain',
      csi: { driver: 'org.democratic-csi.nfs', volumeHandle: name },
    },
  };
}

describe('[E] the harness', function harnessSuite() {
  this.timeout(180_000);
  let cluster: Cluster;

  before(async () => {
    cluster = await sharedControlPlane();
  });

  it('loads 10,000 volumes in well under a minute and a half', async () => {
    const loader = await createLoader(cluster.kubeconfig);
    const startedMs = performance.now();

    const loaded = await loader.create(Array.from({ length: 10_000 }, (_, index) => volume(index)));

    const seconds = Math.round((performance.now() - startedMs) / 1000);
    loader.close();
    assert.equal(loaded.length, 10_000);
    assert.ok(seconds < 90, `took ${seconds} s`);
    const count = await cluster.kc(['get', '--raw', '/api/v1/persistentvolumes?limit=1']);
    assert.equal(JSON.parse(count).metadata.remainingItemCount, 9_999);
    await cluster.kc(['delete', 'pv', '--all', '--wait=false']);
  });

  it('runs a second control plane beside the first', async () => {
    const second = await startCluster();
    try {
      const uid = (one: Cluster) => one.kc(['get', 'namespace', 'kube-system', '-o', 'jsonpath={.metadata.uid}']);
      assert.notEqual(await uid(second), await uid(cluster));
    } finally {
      await second.stop();
    }
    assert.equal(existsSync(second.own?.stateDir ?? '/'), false);
  });

  it('cleans up after a run that was killed', async () => {
    const script = join(import.meta.dirname, 'support/start-cluster.ts');
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const stateDir = await new Promise<string>((resolve) =>
      child.stdout.once('data', (text: Buffer) => resolve(String(text).trim())),
    );
    const pids = readFileSync(join(stateDir, 'pids'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => Number(line.split(' ')[1]));
    child.kill('SIGKILL');
    await until('the child to end', async () => (child.exitCode ?? child.signalCode) !== null || undefined);
    assert.ok(pids.length >= 3 && pids.every((pid) => startTicks(pid) !== undefined), 'the programs outlive it');

    const next = await startCluster();
    await next.stop();

    assert.deepEqual(
      pids.filter((pid) => startTicks(pid) !== undefined),
      [],
    );
    assert.equal(existsSync(stateDir), false);
  });
});
