import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../e2e/cluster/cluster.ts';
import { followContainer } from '../e2e/cluster/container-usage.ts';
import { run, until } from '../e2e/cluster/exec.ts';
import { asBuiltHere, makeVolume, waitForJob } from '../e2e/cluster/jobs.ts';
import { applyAll, find, type Manifest, moveTo, renderOverlay, uniqueNamespace } from '../e2e/cluster/manifests.ts';
import { findProcess } from '../e2e/cluster/packet-filter.ts';
import { loadedAppImage, sharedCluster } from '../e2e/cluster/shared.ts';
import { type Attempt, type AttemptOptions, readResult } from './attempt.ts';
import type { Bench } from './bench.ts';
import type { Runner } from './run-month.ts';

/**
 * Every attempt is a Job made from the shipped CronJob, in a pod of a real cluster: the image, its account, its limits.
 * The bench's folder is its volume, and the systems that it reads listen on an address of this host.
 */
export async function runnerInPods(): Promise<Runner> {
  const cluster = await sharedCluster();
  const image = await loadedAppImage();
  if (cluster.hostAddress === undefined) throw new Error('needs a cluster on this host');
  const namespace = uniqueNamespace('month');
  const folder = await makeVolume(cluster, namespace, 'strandline-data', namespace);
  const manifests = moveTo(namespace, await renderOverlay(cluster, 'overlays/pvc')).map((manifest) =>
    asBuiltHere(manifest, image, namespace),
  );
  await applyAll(cluster, manifests);
  await cluster.kc(['-n', namespace, 'create', 'secret', 'generic', 'strandline-credentials']); // all is on the volume
  let jobs = 0;
  return {
    place: { host: cluster.hostAddress, folder, inBucket: true },
    flatMb: 64,
    attempt: async (bench, options) => {
      jobs += 1;
      const name = `attempt-${jobs}`;
      await run('chown', ['-R', '10001:10001', folder]);
      await run('rm', ['-f', bench.resultFile]);
      const job = toJob(find(manifests, 'CronJob', 'strandline-scan'), name, bench, options);
      await applyAll(cluster, [job]);
      return endOf(cluster, namespace, name, bench, options);
    },
  };
}

function toJob(cronJob: Manifest, name: string, bench: Bench, { runId, clockJumpMs = 0 }: AttemptOptions): Manifest {
  const { spec } = structuredClone(cronJob['spec'].jobTemplate);
  const [container] = spec.template.spec.containers;
  container.args = ['scan', '--config', '/data/strandline.yaml', '--out', '/data/out'];
  container.env = [
    ...container.env.filter((one: { name: string }) => one.name !== 'STRANDLINE_JOB_NAME'),
    { name: 'STRANDLINE_JOB_NAME', value: runId },
    { name: 'NODE_OPTIONS', value: `--import=${movedClock(bench.now().getTime() + clockJumpMs - Date.now())}` },
  ];
  // The month itself starts the next attempt, for what is wrong may change between the two.
  const metadata = { name, namespace: cronJob.metadata.namespace ?? '' };
  return { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: { ...spec, backoffLimit: 0 } };
}

/** A module that moves the clock of the program it is loaded into. A pod has the clock of its node, and nothing else. */
function movedClock(offsetMs: number): string {
  const code = `const Real = Date, now = () => Real.now() + ${offsetMs};
globalThis.Date = new Proxy(Real, {
  construct: (target, args, made) => Reflect.construct(target, args.length === 0 ? [now()] : args, made),
  apply: () => new Real(now()).toString(),
  get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
});`;
  return `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`;
}

async function endOf(
  cluster: Cluster,
  namespace: string,
  name: string,
  bench: Bench,
  options: AttemptOptions,
): Promise<Attempt> {
  const pid = await until(`the program in the pod of ${name}`, () => processOf(cluster, namespace, name), {
    timeoutMs: 120_000,
    everyMs: 100,
  });
  const usage = followContainer(pid);
  await interrupt(pid, options);
  const { exitCodes, log } = await waitForJob(cluster, namespace, name);
  const code = exitCodes[0] === 137 ? undefined : exitCodes[0];
  const { peakWorkingSetBytes } = await usage;
  return {
    runId: options.runId,
    code,
    result: code === undefined ? undefined : await readResult(bench),
    log,
    peakMb: peakWorkingSetBytes / 1_000_000,
  };
}

async function processOf(cluster: Cluster, namespace: string, job: string): Promise<number | undefined> {
  const label = `batch.kubernetes.io/job-name=${job}`;
  const uid = await cluster.kc([
    '-n',
    namespace,
    'get',
    'pods',
    '-l',
    label,
    '-o',
    'jsonpath={.items[*].metadata.uid}',
  ]);
  return uid === '' ? undefined : findProcess(uid, /^\/usr\/local\/bin\/node\0/);
}

/** What a write is to a process here, is a moment there. */
async function interrupt(pid: number, { killAt, terminateAfterMs }: AttemptOptions): Promise<void> {
  if (killAt !== undefined) {
    await sleep(1_000 + killAt * 150);
    signal(pid, 'SIGKILL');
  }
  if (terminateAfterMs !== undefined) {
    await sleep(1_000 + terminateAfterMs * 4);
    signal(pid, 'SIGTERM');
  }
}

/** It may have come to its end by now. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
