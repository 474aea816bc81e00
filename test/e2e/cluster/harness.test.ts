import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { KubeObject } from '../../../src/simulate/estate.ts';
import { type Cluster, startCluster } from './cluster.ts';
import { run, until } from './exec.ts';
import { createLoader } from './load.ts';
import { startTicks } from './processes.ts';
import { sharedControlPlane } from './shared.ts';
import { type Slot, slotAt } from './slot.ts';

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
  this.timeout(300_000);
  let cluster: Cluster;

  before(async () => {
    cluster = await sharedControlPlane();
  });

  it('loads thousands of objects in seconds', async () => {
    const loader = await createLoader(cluster.kubeconfig);
    const startedMs = performance.now();

    const loaded = await loader.create(Array.from({ length: 2_000 }, (_, index) => volume(index)));

    const seconds = Math.round((performance.now() - startedMs) / 1000);
    loader.close();
    assert.equal(loaded.length, 2_000);
    assert.ok(seconds < 120, `took ${seconds} s: one connection per object?`);
    const count = await cluster.kc(['get', '--raw', '/api/v1/persistentvolumes?limit=1']);
    assert.equal(JSON.parse(count).metadata.remainingItemCount, 1_999);
    await cluster.kc(['delete', '--raw', '/api/v1/persistentvolumes']);
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

  it('cleans up after a run that was killed: programs, containers, mounts and networks', async () => {
    const stateDir = await startAndKill('--node');
    const slot = slotAt(Number(basename(stateDir)));
    const pids = startedIn(stateDir);
    const before = await leftovers(slot);
    assert.ok(pids.length >= 6 && pids.every((pid) => startTicks(pid) !== undefined), 'the programs outlive it');
    assert.ok(before.length > 0, 'and so does its network');

    const next = await startCluster();
    await next.stop();

    assert.deepEqual(
      pids.filter((pid) => startTicks(pid) !== undefined),
      [],
    );
    assert.deepEqual(await leftovers(slot), []);
    assert.equal(existsSync(stateDir), false);
  });
});

async function startAndKill(...args: string[]): Promise<string> {
  const script = join(import.meta.dirname, '../support/start-cluster.ts');
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const stateDir = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (text: Buffer) => resolve(String(text).trim()));
    child.once('exit', (code) => reject(new Error(`the cluster did not start: ${code}`)));
  });
  child.kill('SIGKILL');
  await until('the child to end', async () => (child.exitCode ?? child.signalCode) !== null || undefined);
  return stateDir;
}

function startedIn(stateDir: string): number[] {
  const lines = readFileSync(join(stateDir, 'pids'), 'utf8').trim().split('\n');
  return lines.map((line) => Number(line.split(' ')[1]));
}

/** What of a slot's node the machine still knows: mounts, addresses, programs of its containers. */
async function leftovers({ stateDir, serviceIp }: Slot): Promise<string[]> {
  const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
  const addresses = (await run('ip', ['-brief', 'address'])).split('\n');
  const programs = readdirSync('/proc').map((pid) => `${pid} ${commandLine(pid)}`);
  return [
    ...mounts.filter((line) => line.includes(`${stateDir}/`)),
    ...addresses.filter((line) => line.includes(`${serviceIp}/`)),
    ...programs.filter((line) => line.includes(`${stateDir}/`)),
  ];
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
