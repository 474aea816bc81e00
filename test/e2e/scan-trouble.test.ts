import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fault } from '../../src/simulate/faults.ts';
import { findingKeys, listFiles, resultKeys } from './support/findings.ts';
import { type Installation, sharedInstallation } from './support/installation.ts';

const deployment = { deployment: 'e2e' };
const waits = /the lock has a holder: waiting/;

/** A scan stays where it is, holding the lock, until the faults are taken away. */
const heldOnce: Fault = { system: '*', call: 'pool.dataset.query', kind: 'latency', delayMs: 300_000, times: 1 };

describe('[E] scans in a real cluster when something is wrong', function scanTroubleSuite() {
  this.timeout(400_000);
  let strandline: Installation;

  before(async () => {
    strandline = await sharedInstallation();
    await strandline.scannedOnce();
  });

  afterEach(() => strandline.nas.faults.set([]));

  const lastSuccess = () => strandline.services.metric('strandline_last_success_timestamp_seconds', deployment);
  const exitCode = () => strandline.services.metric('strandline_last_run_exit_code', deployment);

  it('two Jobs at once: the second waits until the first has ended', async () => {
    strandline.nas.faults.set([heldOnce]);
    await strandline.startJob('at-once-1');
    await strandline.untilLocked();
    await strandline.startJob('at-once-2');
    await strandline.untilLogged('at-once-2', waits);
    strandline.nas.faults.set([]);
    const ends = [await strandline.endOf('at-once-2'), await strandline.endOf('at-once-1')];

    for (const end of ends) assert.equal(end.succeeded, true, end.log);
    const logs = ends.map(({ log }) => log).join('\n');
    assert.doesNotMatch(logs, /without the scan lock|lock was lost/);
  });

  it('with lock.waitFor over, the second ends with 6, is not retried, and leaves no trace', async () => {
    await strandline.configure({ lock: { waitFor: '1s' } });
    strandline.nas.faults.set([heldOnce]);
    await strandline.startJob('night');
    await strandline.untilLocked();
    const mails = (await strandline.services.mails()).length;
    const success = await lastSuccess();

    const second = await strandline.runJob('by-hand');
    const successMeanwhile = await lastSuccess();
    strandline.nas.faults.set([]);
    const night = await strandline.endOf('night');
    await strandline.configure({});

    assert.deepEqual(second.exitCodes, [6], second.log);
    assert.equal(second.reason, 'PodFailurePolicy');
    assert.equal(successMeanwhile, success, 'the second pushed nothing');
    assert.equal(night.succeeded, true, night.log);
    assert.equal(await exitCode(), 0);
    assert.ok(((await lastSuccess()) ?? 0) > (success ?? 0), 'the night’s own success counts');
    assert.equal((await strandline.services.mails()).length, mails);
    assert.equal((await strandline.readResult()).scan.runId, 'night');
    const traces = (await listFiles(strandline.dataDir)).filter((file) => file.includes('by-hand'));
    assert.deepEqual(traces, []);
  });

  it('NAS down: code 3, retried once, the partial report is delivered once and names no orphan', async () => {
    const mails = (await strandline.services.mails()).length;
    const success = await lastSuccess();
    strandline.nas.faults.set([{ system: '*', call: '*', kind: 'refuse' }]);
    const end = await strandline.runJob('nas-down');

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
    assert.equal(await exitCode(), 3);
    assert.equal(await lastSuccess(), success, 'a partial scan is no success');
    const delivered = (await strandline.services.mails()).slice(mails);
    assert.equal(delivered.length, 1, 'the retry does not mail again');
    assert.match(`${delivered[0]?.text}`, /not assessed/i);
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
    await strandline.configure({ lock: { lease: '15s' } }); // shorter than shipped: the retry waits it out
    strandline.nas.faults.set([heldOnce]);
    await strandline.startJob('killed');
    const pid = await strandline.processOf('killed');
    await strandline.untilLocked();
    process.kill(pid, 'SIGKILL');
    strandline.nas.faults.set([]); // it may not have come as far as the call
    const killedAtMs = Date.now();

    const end = await strandline.endOf('killed');
    await strandline.configure({});

    assert.equal(end.succeeded, true, end.log);
    assert.deepEqual(end.exitCodes, [137, 0]);
    assert.match(end.log, waits);
    assert.ok(Date.now() - killedAtMs < 140_000, 'one lease, ten seconds of back-off and the scan');
    const result = await strandline.readResult();
    assert.equal(result.scan.runId, 'killed');
    assert.deepEqual(resultKeys(result), findingKeys(strandline.estate.truth.findings));
    const leftovers = (await listFiles(strandline.dataDir)).filter((file) => /\.tmp$|\.partial$/.test(file));
    assert.deepEqual(leftovers, []);
  });

  it('SIGTERM: the pod ends by itself within its 30 seconds and gives the lock back', async () => {
    strandline.nas.faults.set([heldOnce]);
    await strandline.startJob('stopped');
    await strandline.processOf('stopped');
    await strandline.untilLocked();
    const startedMs = performance.now();
    const foreground = ['--cascade=foreground', '--timeout=120s'];
    await strandline.cluster.kc(['-n', strandline.namespace, 'delete', 'job', 'stopped', ...foreground]);
    const tookMs = performance.now() - startedMs;

    assert.ok(tookMs < 29_000, `took ${tookMs} ms: the kubelet had to kill it`);
    assert.equal(await strandline.lockHolder(), '', 'a killed program gives nothing back');
  });
});
