import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { ScanResult } from '../../../src/model/scan-result.ts';
import { makeCertificate } from '../../../src/simulate/certificate.ts';
import type { Estate, TruthFinding } from '../../../src/simulate/estate.ts';
import { startTrueNas, type TrueNasSimulator } from '../../../src/simulate/truenas/server.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { createJobFrom, credentials, type JobEnd, makeVolume, waitForJob } from '../cluster/jobs.ts';
import { applyAll, find, type Manifest, moveTo, renderOverlay, toList } from '../cluster/manifests.ts';

/** Strandline as an operator installs it (the overlay `weekly`), with a simulated NAS on this host. */
export interface Installation {
  readonly namespace: string;
  readonly nas: TrueNasSimulator;
  /** The folder behind the claim. */
  readonly dataDir: string;
  /** Replaces keys of the config file. */
  configure(more: Readonly<Record<string, unknown>>): Promise<void>;
  /** `kubectl create job --from=cronjob/strandline-<part> NAME`, and waits for its end. */
  runJob(name: string, part?: 'scan' | 'report'): Promise<JobEnd>;
  startJob(name: string, part?: 'scan' | 'report'): Promise<void>;
  readResult(): Promise<ScanResult>;
  remove(): Promise<void>;
}

export async function install(
  cluster: Cluster,
  options: { readonly namespace: string; readonly image: string; readonly estate: Estate },
): Promise<Installation> {
  const { namespace, image, estate } = options;
  const host = cluster.hostAddress;
  const [state] = estate.nases;
  if (host === undefined || state === undefined)
    throw new Error('needs a cluster on this host and an estate with a NAS');
  const nas = await startTrueNas(state, { host, certificate: await makeCertificate({ ips: [host] }) });
  const dataDir = await makeVolume(cluster, namespace, 'strandline-data', namespace);
  const manifests = moveTo(namespace, await renderOverlay(cluster, 'overlays/weekly')).map((manifest) =>
    adapt(manifest, image, namespace),
  );
  await applyAll(cluster, [
    ...manifests,
    {
      ...credentials({ 'nas01-api-key': state.users[0]?.apiKey ?? '', 'nas01-ca.crt': nas.caPem }),
      metadata: { name: 'strandline-credentials', namespace },
    },
  ]);

  async function configure(more: Readonly<Record<string, unknown>>): Promise<void> {
    const map = structuredClone(find(manifests, 'ConfigMap'));
    map['data'] = { 'config.yaml': stringify({ ...buildConfig(estate, nas), ...more }) };
    await cluster.kc(['apply', '-f', '-'], toList([map]));
  }
  await configure({});

  const startJob = (name: string, part = 'scan') => createJobFrom(cluster, namespace, `strandline-${part}`, name);
  return {
    namespace,
    nas,
    dataDir,
    configure,
    startJob,
    runJob: async (name, part) => {
      await startJob(name, part);
      return waitForJob(cluster, namespace, name);
    },
    readResult: async () => JSON.parse(await readFile(join(dataDir, 'reports/result.json'), 'utf8')) as ScanResult,
    remove: async () => {
      await nas.close();
      await cluster.kc(['delete', 'namespace', namespace, '--wait=false']);
      await cluster.kc(['delete', 'clusterrole,clusterrolebinding', namespace]);
      await cluster.kc(['delete', 'pv', namespace, '--wait=false']);
    },
  };
}

/** The image of this build, and the volume made by hand. Suspended: only the test starts Jobs. */
function adapt(manifest: Manifest, image: string, volumeName: string): Manifest {
  const copy = structuredClone(manifest);
  if (copy.kind === 'CronJob') {
    copy['spec'].suspend = true;
    Object.assign(copy['spec'].jobTemplate.spec.template.spec.containers[0], { image, imagePullPolicy: 'Never' });
  }
  if (copy.kind === 'PersistentVolumeClaim') Object.assign(copy['spec'], { storageClassName: '', volumeName });
  return copy;
}

function buildConfig(estate: Estate, nas: TrueNasSimulator): Record<string, unknown> {
  const checks = (estate.config['checks'] ?? {}) as Record<string, unknown>;
  const secrets = '/var/run/secrets/strandline';
  return {
    ...estate.config,
    deployment: 'e2e',
    clusters: [{ name: 'prod', inCluster: true }],
    nas: [
      {
        ...(estate.config['nas'] as Record<string, unknown>[])[0],
        url: nas.url,
        username: estate.nases[0]?.users[0]?.username,
        apiKeyFile: `${secrets}/nas01-api-key`,
        tls: { caFile: `${secrets}/nas01-ca.crt` },
      },
    ],
    checks: { ...checks, minAge: '0s' },
    history: { dir: '/data/history' },
    output: { dir: '/data/reports' },
  };
}

export function findingKeys(
  findings: readonly Pick<TruthFinding, 'check' | 'source' | 'kind' | 'namespace' | 'name'>[],
): string[] {
  return findings
    .map(({ check, source, kind, namespace, name }) =>
      [check, source, kind, namespace === undefined ? name : `${namespace}/${name}`].join(' '),
    )
    .sort();
}

export function resultKeys({ findings }: ScanResult): string[] {
  return findingKeys(
    findings
      .filter(({ change }) => change !== 'resolved')
      .map(({ check, resource }) => ({
        check,
        source: resource.source,
        kind: resource.kind,
        name: resource.name,
        ...(resource.namespace !== undefined && { namespace: resource.namespace }),
      })),
  );
}

export async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
