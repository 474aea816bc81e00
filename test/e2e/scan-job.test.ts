import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cluster } from './cluster/cluster.ts';
import { until } from './cluster/exec.ts';
import { waitForJob } from './cluster/jobs.ts';
import { createLoader } from './cluster/load.ts';
import { loadEstate } from './cluster/load-estate.ts';
import { uniqueNamespace } from './cluster/manifests.ts';
import { findProcess } from './cluster/packet-filter.ts';
import { loadedAppImage, sharedCluster } from './cluster/shared.ts';
import { findingKeys, type Installation, install, listFiles, resultKeys } from './support/installation.ts';
import { smallEstate } from './support/small-estate.ts';

describe('[E] a scan as a Job in a real pod', function scanJobSuite() {
  this.timeout(300_000);
  const estate = smallEstate();
  let cluster: Cluster;
  let strandline: Installation;

  before(async () => {
    cluster = await sharedCluster();
    const image = await loadedAppImage();
    const loader = await createLoader(cluster.kubeconfig);
    const [state] = estate.clusters;
    assert.ok(state);
    await loadEstate(loader, state);
    loader.close();
    strandline = await install(cluster, { namespace: uniqueNamespace('scan'), image, estate });
  });

  after(async () => {
    await strandline?.remove();
  });

  it('the one-off Job completes; its findings are the estate’s truth', async () => {
    const end = await strandline.runJob('one-off');

    assert.equal(end.succeeded, true, end.log);
    assert.deepEqual(end.exitCodes, [0]);
    const result = await strandline.readResult();
    assert.deepEqual(resultKeys(result), findingKeys(estate.truth.findings));
    assert.equal(result.scan.complete, true);
    assert.equal(result.scan.runId, 'one-off');
  });

  it('report, PDF, result and history are on the volume, written by the pod’s own user', async () => {
    const reports = join(strandline.dataDir, 'reports');
    const pdf = await readFile(join(reports, 'report.pdf'));

    assert.equal(pdf.subarray(0, 5).toString(), '%PDF-');
    assert.match(await readFile(join(reports, 'report.html'), 'utf8'), /<html/);
    for (const file of ['result.json', 'report.html', 'report.pdf']) {
      assert.equal((await stat(join(reports, file))).uid, 10_001, file);
    }
    const history = await listFiles(join(strandline.dataDir, 'history'));
    assert.ok(
      history.some((file) => file.endsWith('.parquet')),
      history.join('\n'),
    );
  });

  it('the Lease was taken in the name of the pod, and given back', async () => {
    const text = await cluster.kc(['-n', strandline.namespace, 'get', 'lease', 'strandline', '-o', 'json']);
    const { spec } = JSON.parse(text) as { spec: Record<string, unknown> };

    assert.equal(spec['holderIdentity'] ?? '', '');
    assert.equal(spec['leaseTransitions'], 0);
    assert.equal(spec['leaseDurationSeconds'], 60);
  });

  it('the next Job remembers the first: nothing is new', async () => {
    const end = await strandline.runJob('second');

    assert.equal(end.succeeded, true, end.log);
    const { findings, history } = await strandline.readResult();
    assert.deepEqual([...new Set(findings.map(({ change }) => change))], ['open']);
    assert.equal(history.state, 'ready');
  });

  it('two Jobs at once: the second waits until the first has ended', async () => {
    strandline.nas.faults.set([{ system: '*', call: 'pool.dataset.query', kind: 'latency', delayMs: 4_000 }]);
    await strandline.startJob('at-once-1');
    const ends = await Promise.all([until('the first', () => endOf('at-once-1')), strandline.runJob('at-once-2')]);
    strandline.nas.faults.set([]);

    for (const end of ends) assert.equal(end.succeeded, true, end.log);
    const logs = ends.map(({ log }) => log).join('\n');
    assert.match(logs, /the lock has a holder: waiting/);
    assert.doesNotMatch(logs, /without the scan lock|lock was lost/);
  });

  it('with lock.waitFor over, the second ends with 6, is not retried, and leaves no trace', async () => {
    await strandline.configure({ lock: { waitFor: '1s' } });
    strandline.nas.faults.set([{ system: '*', call: 'pool.dataset.query', kind: 'latency', delayMs: 8_000 }]);
    await strandline.startJob('night');
    await until('the night’s scan to hold the lock', async () => {
      const holder = ['get', 'lease', 'strandline', '-o', 'jsonpath={.spec.holderIdentity}'];
      return (await cluster.kc(['-n', strandline.namespace, ...holder])) !== '' ? true : undefined;
    });

    const second = await strandline.runJob('by-hand');
    const night = await until('the night’s own Job', () => endOf('night'), { timeoutMs: 120_000 });
    strandline.nas.faults.set([]);
    await strandline.configure({});

    assert.deepEqual(second.exitCodes, [6], second.log);
    assert.equal(second.reason, 'PodFailurePolicy');
    assert.equal(night.succeeded, true, night.log);
    assert.equal((await strandline.readResult()).scan.runId, 'night');
    const traces = (await listFiles(strandline.dataDir)).filter((file) => file.includes('by-hand'));
    assert.deepEqual(traces, []);
  });

  it('NAS down: code 3, retried once, the report says what was not assessed and names no orphan', async () => {
    strandline.nas.faults.set([{ system: '*', call: '*', kind: 'refuse' }]);
    const end = await strandline.runJob('nas-down');
    strandline.nas.faults.set([]);

    assert.deepEqual(end.exitCodes, [3, 3], end.log);
    assert.equal(end.reason, 'BackoffLimitExceeded');
    const result = await strandline.readResult();
    assert.equal(result.scan.complete, false);
    assert.notEqual(result.summary.status, 'OK');
    assert.ok(result.summary.notAssessed.length > 0);
    const absence = /without-backend|backend-without|without-share|without-object/;
    assert.deepEqual(
      result.findings.filter(({ check, change }) => absence.test(check) && change === 'new'),
      [],
    );
    assert.match(await readFile(join(strandline.dataDir, 'reports/report.html'), 'utf8'), /not assessed/i);
  });

  it('wrong config: code 2, once, with the key and what to do', async () => {
    await strandline.configure({ nass: [] });
    const end = await strandline.runJob('wrong-config');
    await strandline.configure({});

    assert.deepEqual(end.exitCodes, [2], end.log);
    assert.equal(end.reason, 'PodFailurePolicy');
    assert.match(end.log, /nass/);
  });

  it('after a pod was killed in the middle the retry waits for its lease, and the result is whole', async () => {
    strandline.nas.faults.set([
      { system: '*', call: 'pool.dataset.query', kind: 'latency', delayMs: 10_000, times: 1 },
    ]);
    await strandline.startJob('killed');
    const pid = await until('the program in the pod', () => processOfJob('killed'));
    await until('the lock', async () => {
      const holder = ['get', 'lease', 'strandline', '-o', 'jsonpath={.spec.holderIdentity}'];
      return (await cluster.kc(['-n', strandline.namespace, ...holder])) !== '' ? true : undefined;
    });
    process.kill(pid, 'SIGKILL');
    const killedAtMs = Date.now();

    const end = await until('the Job', () => endOf('killed'), { timeoutMs: 150_000 });
    strandline.nas.faults.set([]);

    assert.equal(end.succeeded, true, end.log);
    assert.deepEqual(end.exitCodes, [137, 0]);
    assert.ok(Date.now() - killedAtMs < 110_000, 'one lease, ten seconds of back-off and the scan');
    const result = await strandline.readResult();
    assert.equal(result.scan.runId, 'killed');
    assert.deepEqual(resultKeys(result), findingKeys(estate.truth.findings));
    const leftovers = (await listFiles(strandline.dataDir)).filter((file) => /\.tmp$|\.partial$/.test(file));
    assert.deepEqual(leftovers, []);
  });

  it('SIGTERM: the pod ends within its 30 seconds and gives the lock back', async () => {
    strandline.nas.faults.set([
      { system: '*', call: 'pool.dataset.query', kind: 'latency', delayMs: 60_000, times: 1 },
    ]);
    await strandline.startJob('stopped');
    await until('the program in the pod', () => processOfJob('stopped'));
    const holder = () =>
      cluster.kc([
        ...['-n', strandline.namespace, 'get', 'lease', 'strandline'],
        ...['-o', 'jsonpath={.spec.holderIdentity}'],
      ]);
    await until('the lock', async () => ((await holder()) !== '' ? true : undefined));
    const startedMs = performance.now();
    await cluster.kc(['-n', strandline.namespace, 'delete', 'job', 'stopped', '--cascade=foreground', '--timeout=40s']);
    const tookMs = performance.now() - startedMs;
    strandline.nas.faults.set([]);

    assert.ok(tookMs < 29_000, `took ${tookMs} ms`);
    assert.equal(await holder(), '');
  });

  async function endOf(job: string) {
    return waitForJob(cluster, strandline.namespace, job);
  }

  async function processOfJob(job: string): Promise<number | undefined> {
    const label = `batch.kubernetes.io/job-name=${job}`;
    const uid = await cluster.kc([
      ...['-n', strandline.namespace, 'get', 'pods', '-l', label, '-o', 'jsonpath={.items[0].metadata.uid}'],
    ]);
    return uid === '' ? undefined : findProcess(uid, /\/app\/dist\/src\/main\.js/);
  }
});
