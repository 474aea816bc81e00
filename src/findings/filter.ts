import { type Finding, severities } from '../model/finding.ts';
import type { Links } from '../model/links.ts';
import type { ShowFilter } from '../model/options.ts';
import type { CheckOutcome } from '../model/scan-result.ts';

interface Traits {
  readonly cluster?: string;
  readonly nas?: string;
  readonly namespace?: string;
  readonly driver?: string;
  readonly storageClass?: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Narrows what is shown. Everything was read and judged before: a filter can only take findings away. */
export function applyFilter(
  { findings, outcomes }: { readonly findings: readonly Finding[]; readonly outcomes: readonly CheckOutcome[] },
  filter: ShowFilter,
  links: Pick<Links, 'volumes'>,
): { readonly findings: Finding[]; readonly outcomes: CheckOutcome[]; readonly filters: string[] } {
  const traitsOf = traitReader(links);
  const shown = findings.filter((finding) => isShown(finding, traitsOf(finding), filter));
  return {
    findings: shown,
    outcomes: countShown(
      outcomes.filter((outcome) => isScopeShown(outcome, filter)),
      shown,
    ),
    filters: describe(filter),
  };
}

/** An outcome counts what is shown of it, so that counts agree in every output. */
function countShown(outcomes: readonly CheckOutcome[], shown: readonly Finding[]): CheckOutcome[] {
  const counts = new Map<string, number>();
  for (const { check, scope, change } of shown) {
    if (change !== 'resolved') counts.set(`${check} ${scope}`, (counts.get(`${check} ${scope}`) ?? 0) + 1);
  }
  return outcomes.map((outcome) => {
    if (outcome.status !== 'found' && outcome.status !== 'passed') return outcome;
    const count = counts.get(`${outcome.id} ${outcome.scope}`) ?? 0;
    return { ...outcome, count, status: count > 0 ? 'found' : 'passed' };
  });
}

function isShown(finding: Finding, traits: Traits, filter: ShowFilter): boolean {
  const minimum = filter.severity === undefined ? 0 : severities.indexOf(filter.severity);
  return (
    severities.indexOf(finding.severity) >= minimum &&
    isIn(finding.check, filter.checks) &&
    isIn(traits.cluster, filter.clusters) &&
    !isExcluded(traits.cluster, filter.excludeClusters) &&
    isIn(traits.nas, filter.nases) &&
    isIn(traits.namespace, filter.namespaces) &&
    !isExcluded(traits.namespace, filter.excludeNamespaces) &&
    isIn(traits.driver, filter.drivers) &&
    !isExcluded(traits.driver, filter.excludeDrivers) &&
    isIn(traits.storageClass, filter.storageClasses) &&
    !isExcluded(traits.storageClass, filter.excludeStorageClasses) &&
    Object.entries(filter.labels).every(([key, value]) => traits.labels[key] === value) &&
    !Object.entries(filter.excludeLabels).some(([key, value]) => traits.labels[key] === value)
  );
}

/** What a finding does not say (a share has no namespace) fits no narrowing. */
function isIn(value: string | undefined, wanted: readonly string[]): boolean {
  return wanted.length === 0 || (value !== undefined && wanted.includes(value));
}

function isExcluded(value: string | undefined, unwanted: readonly string[]): boolean {
  return value !== undefined && unwanted.includes(value);
}

function isScopeShown(outcome: CheckOutcome, filter: ShowFilter): boolean {
  const { cluster, nas } = partsOfScope(outcome.scope);
  return (
    isIn(outcome.id, filter.checks) &&
    (cluster === undefined || (isIn(cluster, filter.clusters) && !isExcluded(cluster, filter.excludeClusters))) &&
    (nas === undefined || isIn(nas, filter.nases))
  );
}

/** `backend/<cluster>/<driver>@<nas>`, `cluster/<name>`, `nas/<name>`. */
export function partsOfScope(scope: string): {
  readonly cluster?: string;
  readonly driver?: string;
  readonly nas?: string;
} {
  const backend = /^backend\/([^/]+)\/(.+)@([^@]+)$/.exec(scope);
  const [, cluster, driver, nas] = backend ?? [];
  if (cluster !== undefined && driver !== undefined && nas !== undefined) return { cluster, driver, nas };
  if (scope.startsWith('cluster/')) return { cluster: scope.slice('cluster/'.length) };
  return { nas: scope.slice('nas/'.length) };
}

function traitReader(links: Pick<Links, 'volumes'>): (finding: Finding) => Traits {
  const byVolume = new Map(links.volumes.map((link) => [`${link.cluster} ${link.volume.name}`, link]));
  const byClaim = new Map(
    links.volumes.flatMap((link) => {
      const { claim } = link.volume;
      return claim === undefined ? [] : [[`${link.cluster} ${claim.namespace}/${claim.name}`, link] as const];
    }),
  );
  return ({ scope, resource, owner }) => {
    const parts = partsOfScope(scope);
    const cluster = resource.cluster ?? parts.cluster;
    const namespace = resource.namespace ?? owner.namespace;
    const claim = resource.kind === 'PersistentVolumeClaim' ? resource.name : owner.claim;
    const link =
      byVolume.get(`${cluster ?? ''} ${resource.name}`) ??
      byClaim.get(`${cluster ?? ''} ${namespace ?? ''}/${claim ?? ''}`);
    const driver = link?.volume.csi?.driver ?? parts.driver;
    const nas = resource.nas ?? parts.nas ?? link?.backend?.nas;
    const storageClass = link?.volume.storageClass;
    return {
      ...(cluster !== undefined && { cluster }),
      ...(nas !== undefined && { nas }),
      ...(namespace !== undefined && { namespace }),
      ...(driver !== undefined && { driver }),
      ...(storageClass !== undefined && { storageClass }),
      labels: owner.labels ?? {},
    };
  };
}

function describe(filter: ShowFilter): string[] {
  const lists: readonly (readonly [string, readonly string[]])[] = [
    ['cluster', filter.clusters],
    ['not cluster', filter.excludeClusters],
    ['NAS', filter.nases],
    ['namespace', filter.namespaces],
    ['not namespace', filter.excludeNamespaces],
    ['driver', filter.drivers],
    ['not driver', filter.excludeDrivers],
    ['StorageClass', filter.storageClasses],
    ['not StorageClass', filter.excludeStorageClasses],
    ['label', Object.entries(filter.labels).map(([key, value]) => `${key}=${value}`)],
    ['not label', Object.entries(filter.excludeLabels).map(([key, value]) => `${key}=${value}`)],
    ['check', filter.checks],
    ['severity at least', filter.severity === undefined ? [] : [filter.severity]],
  ];
  return lists.flatMap(([name, values]) => (values.length === 0 ? [] : [`${name} ${values.join(', ')}`]));
}
