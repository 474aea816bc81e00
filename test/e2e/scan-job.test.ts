import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { confinementOf } from './cluster/confinement.ts';
import { findingKeys, listFiles, resultKeys } from './support/findings.ts';
import { type Installation, sharedInstallation } from './support/installation.ts';

const deployment = { deployment: 'e2e' };

describe('[E] a scan as a Job in a real pod', function scanJobSuite() {
  this.timeout(400_000);
  let strandline: Installation;

  before(async () => {
    strandline = await sharedInstallation();
  });

  it('the one-off Job completes; its findings are the estate’s truth', async () => {
    const end = await strandline.runJob('one-off');

    assert.equal(end.succeeded, true, end.log);
    assert.deepEqual(end.exitCodes, [0]);
    const result = await strandline.readResult();
    assert.deepEqual(resultKeys(result), findingKeys(strandline.estate.truth.findings));
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

  it('its metrics are in the Pushgateway', async () => {
    const { metric } = strandline.services;
    const { findings } = await strandline.readResult();
    const retained = findings.filter(({ check }) => check === 'volume-retained').length;

    assert.equal(await metric('strandline_last_run_exit_code', deployment), 0);
    const success = (await metric('strandline_last_success_timestamp_seconds', deployment)) ?? 0;
    assert.ok(Math.abs(success - Date.now() / 1000) < 600, `last success at ${success}`);
    assert.equal(await metric('strandline_findings', { source: 'cluster/prod', check: 'volume-retained' }), retained);
    assert.equal(await metric('strandline_source_up', { source: 'nas/nas01' }), 1);
  });

  it('what it found was mailed once, with the PDF', async () => {
    const mails = await strandline.services.mails();

    assert.equal(mails.length, 1);
    const pdf = mails[0]?.attachments.find(({ contentType }) => contentType === 'application/pdf');
    assert.equal(pdf?.content.subarray(0, 5).toString(), '%PDF-');
  });

  it('the Lease was taken in the name of the pod, and given back', async () => {
    const lease = ['-n', strandline.namespace, 'get', 'lease', 'strandline', '-o', 'json'];
    const { spec } = JSON.parse(await strandline.cluster.kc(lease)) as { spec: Record<string, unknown> };

    assert.equal(spec['holderIdentity'] ?? '', '');
    assert.equal(spec['leaseTransitions'], 0);
    assert.equal(spec['leaseDurationSeconds'], 60);
  });

  it('the program runs as 10001 without capabilities, under seccomp, on a read-only root', async () => {
    const delay = { system: '*', call: 'pool.dataset.query', kind: 'latency', delayMs: 300_000, times: 1 } as const;
    strandline.nas.faults.set([delay]);
    await strandline.startJob('second');
    const confinement = await confinementOf(await strandline.processOf('second'));
    strandline.nas.faults.set([]);
    const end = await strandline.endOf('second');

    assert.deepEqual(confinement, {
      uids: [10_001, 10_001, 10_001, 10_001],
      gids: [10_001, 10_001, 10_001, 10_001],
      capabilities: '0000000000000000',
      noNewPrivileges: true,
      seccomp: 'filter',
      isRootReadOnly: true,
    });
    assert.equal(end.succeeded, true, end.log);
  });

  it('this second Job remembered the first: nothing is new, and nobody is mailed', async () => {
    const { findings, history } = await strandline.readResult();

    assert.deepEqual([...new Set(findings.map(({ change }) => change))], ['open']);
    assert.equal(history.state, 'ready');
    assert.equal((await strandline.services.mails()).length, 1);
  });

  it('the weekly CronJob, run the same way, mails the PDF of the week and pushes nothing', async () => {
    const before = await strandline.services.metric('strandline_last_run_timestamp_seconds', deployment);
    const end = await strandline.runJob('weekly', 'report');

    assert.equal(end.succeeded, true, end.log);
    const mails = await strandline.services.mails();
    assert.equal(mails.length, 2);
    const pdf = mails[1]?.attachments.find(({ contentType }) => contentType === 'application/pdf');
    assert.equal(pdf?.content.subarray(0, 5).toString(), '%PDF-');
    assert.equal(await strandline.services.metric('strandline_last_run_timestamp_seconds', deployment), before);
  });
});
