import type { DeclaredBackend, IgnoreRule, JudgeOptions, RetentionRule, ShowFilter } from '../model/options.ts';
import { defined } from '../util/defined.ts';
import { durationMs } from '../util/duration.ts';
import { familyOfDriver } from './driver-family.ts';
import type { Config } from './schema.ts';

/** The slice of config that judging is handed. `loadConfig` has filled in cluster and nas of every backend. */
export function toJudgeOptions(config: Config): JudgeOptions {
  const { checks } = config;
  return {
    minAgeMs: durationMs(checks.minAge),
    confirmAfterMs: durationMs(checks.confirmAfter),
    claimPendingMs: durationMs(checks.claimPendingAfter),
    claimUnusedMs: durationMs(checks.claimUnusedAfter),
    snapshotNotReadyMs: durationMs(checks.snapshotNotReadyAfter),
    attachmentStaleMs: durationMs(checks.attachmentStaleAfter),
    backends: config.backends.map(toDeclaredBackend),
    snapshotRetention: checks.snapshotRetention.map(toRetentionRule),
    severities: defined(checks.severities),
    disabledChecks: checks.disabled,
    ignore: config.ignore.map(toIgnoreRule),
    acknowledge: config.acknowledge,
    massShare: checks.mass.share,
    massMinimum: checks.mass.minimum,
    filter: toShowFilter(config.scope),
  };
}

function toDeclaredBackend(backend: Config['backends'][number]): DeclaredBackend {
  const { cluster = '', nas = '', family = familyOfDriver(backend.driver), ...rest } = backend;
  return { cluster, nas, ...defined({ ...rest, family }) };
}

function toRetentionRule({ maxAge, ...match }: Config['checks']['snapshotRetention'][number]): RetentionRule {
  return { ...defined(match), maxAgeMs: durationMs(maxAge) };
}

function toIgnoreRule({ name, resource, ...rest }: Config['ignore'][number], index: number): IgnoreRule {
  return { rule: name ?? `ignore[${index}]`, ...defined({ ...rest, name: resource }) };
}

function toShowFilter({ include, exclude, checks, minSeverity }: Config['scope']): ShowFilter {
  return {
    clusters: include.clusters,
    excludeClusters: exclude.clusters,
    nases: include.nas,
    namespaces: include.namespaces,
    excludeNamespaces: exclude.namespaces,
    drivers: include.drivers,
    excludeDrivers: exclude.drivers,
    storageClasses: include.storageClasses,
    excludeStorageClasses: exclude.storageClasses,
    labels: include.labels,
    excludeLabels: exclude.labels,
    checks,
    ...defined({ severity: minSeverity }),
  };
}
