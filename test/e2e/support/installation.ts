import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { ScanResult } from '../../../src/model/scan-result.ts';
import { makeCertificate } from '../../../src/simulate/certificate.ts';
import type { Estate } from '../../../src/simulate/estate.ts';
import { startTrueNas, type TrueNasSimulator } from '../../../src/simulate/truenas/server.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { until } from '../cluster/exec.ts';
import {
  asBuiltHere,
  createJobFrom,
  credentials,
  type JobEnd,
  jobLog,
  makeVolume,
  waitForJob,
} from '../cluster/jobs.ts';
import { createLoader } from '../cluster/load.ts';
import { arePhasesSettled, loadEstate } from '../cluster/load-estate.ts';
import { applyAll, find, moveTo, renderOverlay, toList, uniqueNamespace } from '../cluster/manifests.ts';
import { findProcess } from '../cluster/packet-filter.ts';
import { loadedAppImage, sharedCluster } from '../cluster/shared.ts';
import { buildConfig, secretFiles } from './config.ts';
import { type Services, startServices } from './services.ts';
import { smallEstate } from './small-estate.ts';

/**
 * Strandline as an operator installs it (the overlay `weekly`), with a simulated NAS, a mail server and a Pushgateway on
 * this host, in the shared cluster, which holds the estate.
 */
export interface Installation {
  readonly cluster: Cluster;
  readonly estate: Estate;
  readonly image: string;
  readonly namespace: string;
  readonly nas: TrueNasSimulator;
  readonly services: Services;
  /** The folder behind the claim. */
  readonly dataDir: string;
  /** Replaces keys of the config file. */
  configure(more: Readonly<Record<string, unknown>>): Promise<void>;
  /** `kubectl create job --from=cronjob/strandline-<part> NAME`, and waits for its end. */
  runJob(name: string, part?: 'scan' | 'report'): Promise<JobEnd>;
  startJob(name: string, part?: 'scan' | 'report'): Promise<void>;
  endOf(job: string): Promise<JobEnd>;
  /** Until a pod of the Job has logged it. */
  untilLogged(job: string, text: RegExp): Promise<void>;
  /** Runs a Job, where no file of this run has done so yet: what comes next is not the first scan. */
  scannedOnce(): Promise<void>;
  /** Who holds the lock; empty when nobody does. */
  lockHolder(): Promise<string>;
  /** Until a scan holds the lock. */
  untilLocked(): Promise<void>;
  /** The program in the Job's first pod, as a process of this machine. */
  processOf(job: string): Promise<number>;
  readResult(): Promise<ScanResult>;
}

let made: Promise<Installation> | undefined;

/** One for all files of a run. */
export function sharedInstallation(): Promise<Installation> {
  made ??= install(smallEstate());
  return made;
}

// A root hook: mocha runs it after the last file.
after(async () => {
  const installation = await made?.catch(() => undefined);
  await installation?.nas.close();
  await installation?.services.close();
});

export async function install(estate: Estate): Promise<Installation> {
  const cluster = await sharedCluster();
  const image = await loadedAppImage();
  const host = cluster.hostAddress;
  const [nasState] = estate.nases;
  const [clusterState] = estate.clusters;
  if (host === undefined || nasState === undefined || clusterState === undefined)
    throw new Error('needs a cluster on this host, and an estate with a NAS and a cluster');
  const loader = await createLoader(cluster.kubeconfig);
  await loadEstate(loader, clusterState);
  loader.close();
  await until('phases of claims and volumes', () => arePhasesSettled(cluster, clusterState));

  const namespace = uniqueNamespace('scan');
  const nas = await startTrueNas(nasState, { host, certificate: await makeCertificate({ ips: [host] }) });
  const services = await startServices(host);
  const dataDir = await makeVolume(cluster, namespace, 'strandline-data', namespace);
  const manifests = moveTo(namespace, await renderOverlay(cluster, 'overlays/weekly')).map((manifest) =>
    asBuiltHere(manifest, image, namespace),
  );
  const secret = credentials(secretFiles(estate, nas, services));
  await applyAll(cluster, [...manifests, { ...secret, metadata: { ...secret.metadata, namespace } }]);

  const kc = (...args: string[]) => cluster.kc(['-n', namespace, ...args]);
  const startJob = (name: string, part = 'scan') => createJobFrom(cluster, namespace, `strandline-${part}`, name);
  const endOf = (name: string) => waitForJob(cluster, namespace, name);
  const lockHolder = () =>
    kc('get', 'lease', 'strandline', '--ignore-not-found', '-o', 'jsonpath={.spec.holderIdentity}');

  async function configure(more: Readonly<Record<string, unknown>>): Promise<void> {
    const map = structuredClone(find(manifests, 'ConfigMap'));
    map['data'] = { 'config.yaml': stringify({ ...buildConfig(estate, nas, services), ...more }) };
    await cluster.kc(['apply', '-f', '-'], toList([map]));
  }

  async function processOf(job: string): Promise<number> {
    const probe = async () => {
      const label = `batch.kubernetes.io/job-name=${job}`;
      const uid = await kc('get', 'pods', '-l', label, '-o', 'jsonpath={.items[0].metadata.uid}');
      return uid === '' ? undefined : findProcess(uid, /\/app\/dist\/src\/main\.js/);
    };
    return until(`the program in a pod of ${job}`, probe, { timeoutMs: 300_000 }); // its claim may be the last of many
  }

  let hasScanned = false;
  async function runJob(name: string, part?: 'scan' | 'report'): Promise<JobEnd> {
    await startJob(name, part);
    const end = await endOf(name);
    hasScanned ||= end.succeeded;
    return end;
  }

  await configure({});
  return {
    ...{ cluster, estate, image, namespace, nas, services, dataDir },
    ...{ configure, startJob, endOf, lockHolder, processOf },
    runJob,
    untilLogged: async (job, text) => {
      const probe = async () => text.test(await jobLog(cluster, namespace, job)) || undefined;
      await until(`the log of ${job} to say ${text}`, probe, { timeoutMs: 120_000, everyMs: 500 });
    },
    scannedOnce: async () => {
      if (hasScanned) return;
      const end = await runJob('first-of-all');
      if (!end.succeeded) throw new Error(end.log);
    },
    untilLocked: async () => {
      await until('a scan to hold the lock', async () => (await lockHolder()) !== '' || undefined);
    },
    readResult: async () => JSON.parse(await readFile(join(dataDir, 'reports/result.json'), 'utf8')) as ScanResult,
  };
}
