import { SourceError } from '../../errors.ts';
import type { FailedSection, SectionError } from '../../model/collected.ts';
import type { Premise } from '../../model/finding.ts';
import type { HealthStep, Probe } from '../../model/health.ts';
import type { ClusterInventory, ClusterSectionName, ClusterSections } from '../../model/kubernetes.ts';
import type { Logger } from '../../model/logger.ts';
import type { ClusterTarget } from '../../model/targets.ts';
import type { OnCall } from '../../util/call-record.ts';
import { systemClock } from '../../util/clock.ts';
import { defined } from '../../util/defined.ts';
import type { RetryOptions } from '../../util/retry.ts';
import { section } from '../section.ts';
import type { KubeApi } from './api.ts';
import { loadClusterAuth } from './auth.ts';
import { createDiscovery } from './discovery.ts';
import { readDriverConfigs } from './driver-configs.ts';
import { type ClusterConnection, createHttpApi, type HttpApi } from './http-api.ts';
import { readIdentity } from './identity.ts';
import type { KubeConfigOptions } from './kube-config.ts';
import { type PremiseAnswer, readPremises } from './read-again.ts';
import { createSectionReaders } from './sections.ts';

export type { ClusterConnection } from './http-api.ts';
export type { PremiseAnswer } from './read-again.ts';

export interface ClusterDeps extends KubeConfigOptions {
  readonly log: Logger;
  /** The deadline of the scan, or SIGTERM. */
  readonly signal: AbortSignal;
  readonly onCall?: OnCall;
  /** Our clock, for the skew. */
  readonly now?: () => Date;
  readonly retry?: Partial<RetryOptions>;
}

export interface ClusterSource {
  /** Without `sections` all of them; those not named come back failed as `notAsked`. Never throws. */
  collect(sections?: readonly ClusterSectionName[]): Promise<ClusterInventory>;
  /** The second reading, by name. Never throws. */
  readAgain(premises: readonly Premise[]): Promise<readonly PremiseAnswer[]>;
  /** Step by step, each timed. Never throws. */
  probe(): Promise<Probe<ClusterInventory>>;
  /** For the scan Lease. Undefined when the account could not log in at all. */
  readonly connection: ClusterConnection | undefined;
  close(): void;
}

/** A cluster that nothing could be read of: every list is failed with the reason. */
export function failedCluster(name: string, error: SectionError, now: () => Date): ClusterInventory {
  const failed: FailedSection = { ok: false, error, takenAt: now().toISOString() };
  const entries = clusterSectionNames.map((section) => [section, failed]);
  return { name, sections: Object.fromEntries(entries) as unknown as ClusterSections };
}

/** One message for whatever weakens a connection, so that it can be counted. */
export const weakTlsWarning = 'a connection is weaker than the default';

export const clusterSectionNames: readonly ClusterSectionName[] = [
  'persistentVolumes',
  'claims',
  'storageClasses',
  'volumeSnapshots',
  'volumeSnapshotContents',
  'volumeSnapshotClasses',
  'volumeAttachments',
  'csiDrivers',
  'csiNodes',
  'nodes',
  'namespaces',
  'pods',
  'workloads',
  'events',
  'backupTools',
  'leases',
  'access',
];

/**
 * Opens one cluster; nothing is asked of it yet.
 * @throws ConfigError when the kubeconfig cannot be used. A credential plugin that fails is no wrong configuration: it
 * fails every section.
 */
export async function openCluster(target: ClusterTarget, deps: ClusterDeps): Promise<ClusterSource> {
  const log = deps.log.child({ source: `cluster/${target.name}` });
  const api = await connect(target, deps);
  const collectAll = (sections = clusterSectionNames) => collect(target, api, log, sections, deps.now ?? systemClock);
  return {
    collect: collectAll,
    probe: () => probe(api, collectAll),
    readAgain: (premises) => readPremises(api, premises),
    connection: api.connection,
    close: () => api.close(),
  };
}

type Connected =
  | HttpApi
  | (KubeApi & {
      readonly connection: undefined;
      readonly weakTls: readonly string[];
      reach(): Promise<readonly HealthStep[]>;
      clockSkewMs(): undefined;
      close(): void;
    });

async function probe(api: Connected, collectAll: () => Promise<ClusterInventory>): Promise<Probe<ClusterInventory>> {
  const network = await api.reach();
  if (network.some(({ status }) => status === 'failed')) return { network };
  const startedMs = performance.now();
  await api.get('/version').catch(() => undefined); // a token that is refused fails every list with the reason
  const loginMs = performance.now() - startedMs;
  return { network, loginMs, inventory: await collectAll(), callsMs: performance.now() - startedMs - loginMs };
}

async function connect(target: ClusterTarget, deps: ClusterDeps): Promise<Connected> {
  const { signal, onCall, retry, now = systemClock } = deps;
  try {
    const auth = await loadClusterAuth(target, deps);
    const nowMs = () => now().getTime();
    return await createHttpApi({ target, auth, signal, onCall, nowMs, ...(retry !== undefined && { retry }) });
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    const refuse = () => Promise.reject(error);
    return {
      get: refuse,
      ask: refuse,
      reach: async () => [],
      connection: undefined,
      weakTls: [],
      clockSkewMs: () => undefined,
      close: () => {},
    };
  }
}

async function collect(
  target: ClusterTarget,
  api: Connected,
  log: Logger,
  wanted: readonly ClusterSectionName[],
  now: () => Date,
): Promise<ClusterInventory> {
  const { pageSize, namespaces } = target;
  const readers = createSectionReaders(api, createDiscovery(api), { pageSize, namespaces });
  const identity = readIdentity(api, log);
  for (const what of api.weakTls) log.warn({ what }, weakTlsWarning);
  const entries = await Promise.all(
    clusterSectionNames.map(async (name) => {
      const read = () => section<unknown>(log, name, readers[name], now);
      return [name, wanted.includes(name) ? await read() : notAsked(name, now)] as const;
    }),
  );
  const sections = Object.fromEntries(entries) as unknown as ClusterSections;
  const { driverSecrets } = target;
  const drivers = driverSecrets && sections.pods.ok ? sections.pods.items : undefined;
  return defined({
    name: target.name,
    ...(await identity),
    clockSkewMs: api.clockSkewMs(),
    namespacesOnly: namespaces,
    driverConfigs: drivers && (await readDriverConfigs(api, drivers, driverSecrets?.namespaces ?? [], log)),
    ...(api.weakTls.length > 0 && { weakTls: api.weakTls }),
    sections,
  });
}

function notAsked(name: ClusterSectionName, now: () => Date): FailedSection {
  const message = `${name} was not asked for in this run`;
  return { ok: false, error: { code: 'notAsked', message }, takenAt: now().toISOString() };
}
