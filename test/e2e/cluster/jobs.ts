import { chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from './cluster.ts';
import { until } from './exec.ts';
import type { Manifest } from './manifests.ts';

export interface JobEnd {
  readonly succeeded: boolean;
  /** `Completed`, or why the Job failed: `PodFailurePolicy`, `BackoffLimitExceeded`, `DeadlineExceeded`. */
  readonly reason: string;
  /** Exit codes of its pods, oldest first. */
  readonly exitCodes: readonly (number | undefined)[];
  readonly log: string;
}

interface JobStatus {
  readonly status: { readonly conditions?: readonly { type: string; status: string; reason?: string }[] };
}

interface PodList {
  readonly items: readonly {
    readonly metadata: { readonly name: string; readonly creationTimestamp: string };
    readonly status: {
      readonly phase: string;
      readonly containerStatuses?: readonly { readonly state: { readonly terminated?: { exitCode: number } } }[];
    };
  }[];
}

/** As an operator does it: `kubectl create job --from=cronjob/…`. */
export async function createJobFrom(cluster: Cluster, namespace: string, cronJob: string, name: string): Promise<void> {
  await cluster.kc(['-n', namespace, 'create', 'job', `--from=cronjob/${cronJob}`, name]);
}

export async function waitForJob(
  cluster: Cluster,
  namespace: string,
  name: string,
  timeoutMs = 240_000,
): Promise<JobEnd> {
  const end = await until(
    `Job ${namespace}/${name} to end`,
    async () => {
      const job = JSON.parse(await cluster.kc(['-n', namespace, 'get', 'job', name, '-o', 'json'])) as JobStatus;
      return job.status.conditions?.find(({ type, status }) => /^(Complete|Failed)$/.test(type) && status === 'True');
    },
    { timeoutMs, everyMs: 500 },
  );
  return {
    succeeded: end.type === 'Complete',
    reason: end.type === 'Complete' ? 'Completed' : (end.reason ?? ''),
    exitCodes: await podExitCodes(cluster, namespace, name),
    log: await jobLog(cluster, namespace, name),
  };
}

export async function jobLog(cluster: Cluster, namespace: string, name: string): Promise<string> {
  const args = ['-n', namespace, 'logs', '-l', `batch.kubernetes.io/job-name=${name}`, '--tail=-1'];
  return cluster.kc(args).catch((error: Error) => error.message);
}

async function podExitCodes(cluster: Cluster, namespace: string, job: string): Promise<(number | undefined)[]> {
  const { items } = await jobPods(cluster, namespace, job);
  return items
    .toSorted((a, b) => a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp))
    .map(({ status }) => status.containerStatuses?.[0]?.state.terminated?.exitCode);
}

export async function jobPods(cluster: Cluster, namespace: string, job: string): Promise<PodList> {
  const label = `batch.kubernetes.io/job-name=${job}`;
  return JSON.parse(await cluster.kc(['-n', namespace, 'get', 'pods', '-l', label, '-o', 'json'])) as PodList;
}

/** Name of the Job's first pod once its container runs. */
export function waitForRunningPod(cluster: Cluster, namespace: string, selector: string): Promise<string> {
  return until(
    `a running pod ${selector}`,
    async () => {
      const running = ['--field-selector', 'status.phase=Running', '-o', 'jsonpath={.items[0].metadata.name}'];
      const name = await cluster.kc(['-n', namespace, 'get', 'pods', '-l', selector, ...running]);
      return name === '' ? undefined : name;
    },
    { timeoutMs: 120_000 },
  );
}

/** Until the next `second` of a minute, for tests of schedules. */
export async function sleepUntilSecond(second: number): Promise<void> {
  const now = Date.now() / 1000;
  await sleep(((second - (now % 60) + 60) % 60) * 1000);
}

/** The container of every CronJob runs `command` in `image` instead of the program. Everything else stays as shipped. */
export function standIn(manifests: readonly Manifest[], image: string, command: readonly string[]): Manifest[] {
  return manifests.map((manifest) => {
    if (manifest.kind !== 'CronJob') return manifest;
    const copy = structuredClone(manifest);
    const [container] = copy['spec'].jobTemplate.spec.template.spec.containers;
    Object.assign(container, { image, command, args: [], imagePullPolicy: 'Never' });
    return copy;
  });
}

/** A volume by hand, for there is no provisioner: a folder of this host, writable for the pod's user. */
export async function makeVolume(cluster: Cluster, name: string, claim: string, namespace: string): Promise<string> {
  if (cluster.own === undefined) throw new Error('volumes by hand are for our own cluster');
  const path = join(cluster.own.stateDir, 'volumes', name);
  await mkdir(path, { recursive: true });
  await chown(path, 10_001, 10_001);
  await cluster.kc(
    ['apply', '-f', '-'],
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name },
      spec: {
        capacity: { storage: '5Gi' },
        accessModes: ['ReadWriteMany', 'ReadWriteOnce'],
        persistentVolumeReclaimPolicy: 'Retain',
        claimRef: { namespace, name: claim },
        hostPath: { path },
      },
    }),
  );
  return path;
}

export function credentials(files: Readonly<Record<string, string>>, name = 'strandline-credentials'): Manifest {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData: files };
}

/** The image of this build, and the volume made by hand. Suspended: only the test starts Jobs. */
export function asBuiltHere(manifest: Manifest, image: string, volumeName: string): Manifest {
  const copy = structuredClone(manifest);
  if (copy.kind === 'CronJob') {
    copy['spec'].suspend = true;
    Object.assign(copy['spec'].jobTemplate.spec.template.spec.containers[0], { image, imagePullPolicy: 'Never' });
  }
  if (copy.kind === 'PersistentVolumeClaim') Object.assign(copy['spec'], { storageClassName: '', volumeName });
  return copy;
}
