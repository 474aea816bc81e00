import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { makeCertificate } from '../../../src/simulate/certificate.ts';
import type { Fault } from '../../../src/simulate/faults.ts';
import { startTrueNas, type TrueNasSimulator } from '../../../src/simulate/truenas/server.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { run } from '../cluster/exec.ts';
import { credentials, makeVolume } from '../cluster/jobs.ts';
import { applyAll, type Manifest, moveTo, renderOverlay, repository, uniqueNamespace } from '../cluster/manifests.ts';
import { ensureHelm } from '../cluster/tools.ts';
import { buildConfig, secretFiles } from './config.ts';
import type { Installation } from './installation.ts';

/** `serve` in pods of the shared cluster, with a simulated NAS of its own that holds the shared estate. */
export interface ServeRelease {
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly nas: TrueNasSimulator;
  /** Of an account that may see everything and start scans. */
  readonly token: string;
  readonly manifests: readonly Manifest[];
  remove(): Promise<void>;
}

export const leaseSeconds = 5;

/** The overlay as shipped: only image, config, volume and the addresses that a NetworkPolicy has to name are changed. */
export async function installOverlay(strandline: Installation): Promise<ServeRelease> {
  const place = await openPlace(strandline, 'serve');
  const { cluster, namespace, nas } = place;
  const [secret, shipped] = [
    credentials(secretFiles(strandline.estate, nas, strandline.services)),
    moveTo(namespace, await renderOverlay(cluster, 'overlays/serve')),
  ];
  const manifests = shipped.map((manifest) => adapt(manifest, strandline, place));
  await applyAll(cluster, [...manifests, { ...secret, metadata: { ...secret.metadata, namespace } }]);
  return finish(place, manifests, namespace);
}

/** The chart as shipped, scanning by itself, with Ingress and network policies. `faults` meet its first scan. */
export async function installChart(strandline: Installation, faults: readonly Fault[]): Promise<ServeRelease> {
  const place = await openPlace(strandline, 'served');
  const { cluster, namespace, nas } = place;
  nas.faults.set(faults);
  await cluster.kc(['create', 'namespace', namespace]);
  await cluster.kc(['label', 'namespace', namespace, 'pod-security.kubernetes.io/enforce=restricted']);
  const [repositoryName, tag] = strandline.image.split(/:(?=[^:]*$)/);
  const host = [`${cluster.hostAddress}/32`];
  const values = join(cluster.own?.stateDir ?? '', `${namespace}-values.json`);
  await writeFile(
    values,
    JSON.stringify({
      image: { repository: repositoryName, tag, pullPolicy: 'Never' },
      config: configOf(strandline, nas, { interval: '10s' }),
      credentials: { files: secretFiles(strandline.estate, nas, strandline.services) },
      scan: { suspend: true },
      persistence: { storageClassName: '-' },
      serve: { enabled: true, ingress: { enabled: true } },
      networkPolicy: { enabled: true, apiServer: { cidrs: host }, nas: { cidrs: host, ports: [portOf(nas)] } },
    }),
  );
  const chart = join(repository, 'cronjob/helm/strandline');
  const to = ['--namespace', namespace, '--kubeconfig', cluster.kubeconfig];
  await run(await ensureHelm(), ['install', 'strandline', chart, '--values', values, ...to]);
  return finish(place, [], `${namespace}-strandline-serve`);
}

type Place = Pick<ServeRelease, 'cluster' | 'namespace' | 'nas'>;

async function openPlace({ cluster, estate }: Installation, prefix: string): Promise<Place> {
  const [state] = estate.nases;
  const host = cluster.hostAddress;
  if (state === undefined || host === undefined) throw new Error('needs a NAS, and pods that reach this host');
  const namespace = uniqueNamespace(prefix);
  const nas = await startTrueNas(state, { host, certificate: await makeCertificate({ ips: [host] }) });
  await makeVolume(cluster, namespace, 'strandline-data', namespace);
  return { cluster, namespace, nas };
}

async function finish(place: Place, manifests: readonly Manifest[], roles: string): Promise<ServeRelease> {
  const { cluster, namespace, nas } = place;
  await cluster.kc(['-n', namespace, 'create', 'serviceaccount', 'boss']);
  for (const role of ['viewer', 'scanner'])
    await cluster.kc([
      ...['create', 'clusterrolebinding', `${namespace}-boss-${role}`],
      ...[`--clusterrole=${roles}-${role}`, `--serviceaccount=${namespace}:boss`],
    ]);
  const token = (await cluster.kc(['-n', namespace, 'create', 'token', 'boss'])).trim();
  return {
    ...{ cluster, namespace, nas, token, manifests },
    remove: async () => {
      await cluster.kc(['delete', 'namespace', namespace, '--wait=false', '--ignore-not-found']);
      await nas.close();
    },
  };
}

function configOf({ estate, services }: Installation, nas: TrueNasSimulator, serve: Record<string, unknown> = {}) {
  const { email: _mail, pushgateway: _metrics, ...config } = buildConfig(estate, nas, services);
  return {
    ...{ ...config, deployment: 'serve', lock: { lease: `${leaseSeconds}s` } },
    serve: { refresh: '1s', requestsPerMinute: 10_000_000, auth: { kubernetes: { cacheFor: '1s' } }, ...serve },
  };
}

function adapt(manifest: Manifest, strandline: Installation, { namespace, nas, cluster }: Place): Manifest {
  const copy = structuredClone(manifest);
  const { image } = strandline;
  if (copy.kind === 'CronJob') copy['spec'].suspend = true;
  if (copy.kind === 'Deployment')
    Object.assign(copy['spec'].template.spec.containers[0], { image, imagePullPolicy: 'Never' });
  if (copy.kind === 'PersistentVolumeClaim')
    Object.assign(copy['spec'], { storageClassName: '', volumeName: namespace });
  if (copy.kind === 'ConfigMap') copy['data'] = { 'config.yaml': stringify(configOf(strandline, nas)) };
  if (copy.kind === 'NetworkPolicy') readdress(copy, `${cluster.hostAddress}/32`, portOf(nas));
  return copy;
}

/** What a user changes: the addresses of API server and NAS, and here the port of the NAS. */
function readdress(policy: Manifest, host: string, nasPort: number): void {
  for (const rule of policy['spec'].egress ?? []) {
    const [peer] = rule.to;
    if (peer.ipBlock?.cidr === '192.0.2.10/32') rule.ports = [{ protocol: 'TCP', port: nasPort }];
    if (peer.ipBlock !== undefined) rule.to = [{ ipBlock: { cidr: host } }];
  }
}

function portOf({ url }: TrueNasSimulator): number {
  return Number(new URL(url).port);
}
