import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from './cluster/cluster.ts';
import { until } from './cluster/exec.ts';
import {
  createJobFrom,
  credentials,
  jobPods,
  sleepUntilSecond,
  standIn,
  waitForJob,
  waitForRunningPod,
} from './cluster/jobs.ts';
import { applyAll, find, type Manifest, moveTo, renderOverlay, toList, uniqueNamespace } from './cluster/manifests.ts';
import { loadedAppImage, sharedCluster } from './cluster/shared.ts';

describe('[E] the CronJob as shipped, with the real controller', function cronJobSuite() {
  this.timeout(600_000);
  const namespace = uniqueNamespace('cron');
  let cluster: Cluster;
  let image: string;
  let shipped: Manifest;
  let missedAt: string;

  before(async () => {
    cluster = await sharedCluster();
    image = await loadedAppImage();
    const manifests = moveTo(namespace, await renderOverlay(cluster, 'base'));
    shipped = find(manifests, 'CronJob', 'strandline-scan');
    await applyAll(cluster, [...manifests.filter(({ kind }) => kind !== 'CronJob'), inNamespace(credentials({}))]);
    await cluster.kc(['apply', '-f', '-'], toList(scheduled()));
  });

  after(async () => {
    await cluster.kc(['delete', 'namespace', namespace, '--wait=false']);
  });

  function inNamespace(manifest: Manifest): Manifest {
    return { ...manifest, metadata: { ...manifest.metadata, namespace } };
  }

  /** The shipped CronJob under another name, with a stand-in for the program. */
  function variant(name: string, script: string, spec: Record<string, unknown>): Manifest {
    const [made] = standIn([shipped], image, ['node', '-e', script]);
    assert.ok(made);
    return { ...made, metadata: { ...made.metadata, name }, spec: { ...made['spec'], ...spec } };
  }

  async function jobsOf(cronJob: string): Promise<{ name: string; scheduledAt: string; startedAt: string }[]> {
    const { items } = JSON.parse(await cluster.kc(['-n', namespace, 'get', 'jobs', '-o', 'json'])) as {
      items: { metadata: Required<Manifest['metadata']> & Record<string, never>; status: { startTime: string } }[];
    };
    return items
      .filter(({ metadata }) => (metadata['ownerReferences'] as { name: string }[] | undefined)?.[0]?.name === cronJob)
      .map(({ metadata, status }) => ({
        name: metadata.name,
        scheduledAt: metadata['annotations']?.['batch.kubernetes.io/cronjob-scheduled-timestamp'] ?? '',
        startedAt: status.startTime,
      }));
  }

  /** Due every minute from the start on, so that the other tests need not wait for them. */
  function scheduled(): Manifest[] {
    const everyMinute = { schedule: '* * * * *' };
    return [
      variant('runs', 'process.exit(0)', everyMinute),
      variant('suspended', 'process.exit(0)', { ...everyMinute, suspend: true }),
      variant('slow', 'setTimeout(() => {}, 600_000)', everyMinute),
      variant('late', 'process.exit(0)', { ...everyMinute, startingDeadlineSeconds: 300 }),
      variant('strict', 'process.exit(0)', { ...everyMinute, startingDeadlineSeconds: 10 }),
    ];
  }

  it('a pod evicted from a drained node is replaced, and does not count as a try', async () => {
    const script = "setTimeout(() => {}, 600_000); process.on('SIGTERM', () => process.exit(143))";
    await cluster.kc(['apply', '-f', '-'], toList([variant('evicted', script, { suspend: true })]));
    await createJobFrom(cluster, namespace, 'evicted', 'evicted');
    const pod = await waitForRunningPod(cluster, namespace, 'batch.kubernetes.io/job-name=evicted');
    await cluster.kc(
      ['create', '--raw', `/api/v1/namespaces/${namespace}/pods/${pod}/eviction`, '-f', '-'],
      JSON.stringify({ apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: pod, namespace } }),
    );

    const [successor] = await until(
      'another pod in its place',
      async () => {
        const { items } = await jobPods(cluster, namespace, 'evicted');
        const others = items.filter(({ metadata, status }) => metadata.name !== pod && status.phase === 'Running');
        return others.length > 0 ? others : undefined;
      },
      { timeoutMs: 120_000 },
    );

    assert.ok(successor);
    const failed = await cluster.kc(['-n', namespace, 'get', 'job', 'evicted', '-o', 'jsonpath={.status.failed}']);
    assert.equal(failed, '', 'the eviction counts against backoffLimit');
    await cluster.kc(['-n', namespace, 'delete', 'job', 'evicted', '--wait=false']);
  });

  describe('a start missed while the controller was down', () => {
    it('is made up within the deadline only', async () => {
      await sleepUntilSecond(45);
      await cluster.own?.plane.stopControllerManager();
      await sleepUntilSecond(5); // the start at :00 is missed
      missedAt = `${new Date().toISOString().slice(0, 16)}:00Z`;
      await sleep(20_000);
      await cluster.own?.plane.startControllerManager();
      const madeUp = await until(
        'the missed start to be made up',
        async () => (await jobsOf('late')).find(({ scheduledAt }) => scheduledAt === missedAt),
        { timeoutMs: 120_000 },
      );

      assert.ok(Date.parse(madeUp.startedAt) - Date.parse(missedAt) >= 20_000, JSON.stringify(madeUp));
      assert.deepEqual(
        (await jobsOf('strict')).filter(({ scheduledAt }) => scheduledAt === missedAt),
        [],
        'past its deadline it waits for the next minute',
      );
    });
  });

  describe('exit codes', () => {
    const retried = new Set([1, 3, 4]);
    const codes = [0, 1, 2, 3, 4, 5, 6, 10];

    before(async () => {
      const suspended = codes.map((code) => variant(`exit-${code}`, `process.exit(${code})`, { suspend: true }));
      await cluster.kc(['apply', '-f', '-'], toList(suspended));
      for (const code of codes) await createJobFrom(cluster, namespace, `exit-${code}`, `exit-${code}`);
    });

    for (const code of codes) {
      it(`${code}: ${retried.has(code) ? 'the Job is retried once' : 'one pod only'}`, async () => {
        const end = await waitForJob(cluster, namespace, `exit-${code}`);

        assert.equal(end.succeeded, code === 0);
        assert.deepEqual(end.exitCodes, retried.has(code) ? [code, code] : [code]);
        if (code !== 0) assert.equal(end.reason, retried.has(code) ? 'BackoffLimitExceeded' : 'PodFailurePolicy');
      });
    }
  });

  describe('the start after it', () => {
    it('finds all of them but what is suspended, and with Forbid what is still running', async () => {
      const isDue = (name: string) => async () =>
        (await jobsOf(name)).some(({ scheduledAt }) => scheduledAt > missedAt) || undefined;
      for (const name of ['runs', 'late', 'strict'])
        await until(`${name} to start`, isDue(name), { timeoutMs: 120_000 });

      assert.ok((await jobsOf('runs')).length > 1);
      assert.equal((await jobsOf('slow')).length, 1);
      assert.deepEqual(await jobsOf('suspended'), []);
    });
  });
});
