import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { Nas } from '../../src/simulate/truenas/nas.ts';
import { startTrueNas, type TrueNasSimulator } from '../../src/simulate/truenas/server.ts';
import { makeNasState, scanKey } from '../support/nas-state.ts';
import { ourUsers, rotationKey } from '../support/rotation-bench.ts';
import { runWired } from '../support/run-wired.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';
import { accountKubeconfig } from './cluster/accounts.ts';
import type { Cluster } from './cluster/cluster.ts';
import { tryRun, until } from './cluster/exec.ts';
import { applyAll, moveTo, renderOverlay, uniqueNamespace } from './cluster/manifests.ts';
import { sharedControlPlane } from './cluster/shared.ts';

describe('[E] rotation with the Role as shipped, in a Secret of a real API server', function rotationSuite() {
  this.timeout(180_000);
  const folder = useTemporaryFolder();
  const namespace = uniqueNamespace('rotate');
  let cluster: Cluster;
  let nas: TrueNasSimulator;
  const now = () => new Date('2026-11-24T02:00:00Z');

  before(async () => {
    cluster = await sharedControlPlane();
    await applyAll(cluster, moveTo(namespace, await renderOverlay(cluster, 'overlays/rotation')));
    await cluster.kc(
      ['apply', '-f', '-'],
      JSON.stringify({
        ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'strandline-credentials', namespace } },
        stringData: { 'nas01-api-key': scanKey, other: 'stays' },
      }),
    );
    nas = await startTrueNas(makeNasState({ users: ourUsers }), { now });
    writeFileSync(folder.file('nas.pem'), nas.caPem);
    writeFileSync(folder.file('master'), rotationKey);
    writeFileSync(folder.file('key'), scanKey);
    const kubeconfig = await accountKubeconfig(cluster, namespace, 'strandline-rotation');
    const store = `kubernetes:${namespace}/strandline-credentials#nas01-api-key`;
    const rotation = { apiKeyFile: 'master', username: 'key-master', store };
    writeFileSync(
      folder.file('strandline.yaml'),
      stringify({
        clusters: [{ name: 'prod', kubeconfig }],
        nas: [{ name: 'nas01', url: nas.url, apiKeyFile: 'key', tls: { caFile: 'nas.pem' }, rotation }],
        audit: { enabled: false },
      }),
    );
  });

  after(async () => {
    await nas?.close();
    await cluster?.kc(['delete', 'clusterrole,clusterrolebinding', namespace, '--ignore-not-found']);
    await cluster?.kc(['delete', 'namespace', namespace, '--wait=false']);
  });

  const stored = async () => {
    const text = await cluster.kc(['-n', namespace, 'get', 'secret', 'strandline-credentials', '-o', 'json']);
    const { data } = JSON.parse(text) as { data: Readonly<Record<string, string>> };
    return Object.fromEntries(
      Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
    );
  };

  it('replaces the key, keeps the rest of the Secret, and the new key lets in', async () => {
    const rotate = () =>
      runWired(['credentials', 'rotate', '--config', folder.file('strandline.yaml'), '--apply'], { now });
    const { stdout } = await until('RBAC caches', async () => {
      const ran = await rotate();
      return ran.code === 0 ? ran : undefined;
    });

    assert.match(stdout, /replaced/);
    const { 'nas01-api-key': key = '', other } = await stored();
    assert.equal(other, 'stays');
    assert.notEqual(key, scanKey);
    const judge = new Nas(nas.state, now);
    assert.equal(typeof judge.checkKey(key), 'object');
    assert.equal(judge.checkKey(scanKey), 'unknown');
  });

  for (const [verb, what, allowed] of [
    ['get', 'secret/strandline-credentials', 'yes'],
    ['patch', 'secret/strandline-credentials', 'yes'],
    ['get', 'secret/other', 'no'],
    ['list', 'secrets', 'no'],
    ['delete', 'secret/strandline-credentials', 'no'],
    ['list', 'persistentvolumes', 'no'],
  ] as const) {
    it(`its account may ${allowed === 'yes' ? '' : 'not '}${verb} ${what}`, async () => {
      const { stdout } = await tryRun(cluster.kubectl, [
        ...['--kubeconfig', cluster.kubeconfig, 'auth', 'can-i', verb, what, '-n', namespace],
        ...['--as', `system:serviceaccount:${namespace}:strandline-rotation`],
      ]);
      assert.equal(stdout.trim(), allowed);
    });
  }

  it('the account that scans may not touch that Secret', async () => {
    const { stdout } = await tryRun(cluster.kubectl, [
      ...['--kubeconfig', cluster.kubeconfig, 'auth', 'can-i', 'patch', 'secret/strandline-credentials'],
      ...['-n', namespace, '--as', `system:serviceaccount:${namespace}:strandline`],
    ]);
    assert.equal(stdout.trim(), 'no');
  });
});
