import { z } from 'zod';
import { checkIds, Finding, type Severity, severities } from '../../model/finding.ts';
import { Recommendation } from '../../model/recommendation.ts';
import { PoolUsage, type ScanResult, SectionOutcome, UsageGroup, VolumeUsage } from '../../model/scan-result.ts';
import { Forecast, TrendSeries, TrendSubject } from '../../model/trends.ts';
import { components, RuleResult, ruleStatuses } from '../../model/validation.ts';
import { type Collection, defineCollection } from './collection.ts';
import { joinPlace, namespaceOf, volumePlaces } from './places.ts';

const findingFilters = {
  check: { describe: 'Ids of checks.', values: checkIds, read: ({ check }: Finding) => check },
  severity: { describe: 'Severities.', values: severities, read: ({ severity }: Finding) => severity },
  minSeverity: {
    describe: 'This severity and above.',
    values: severities,
    read: ({ severity }: Finding) => severity,
    accepts: (value: string | undefined, wanted: string) =>
      severities.indexOf(value as Severity) >= severities.indexOf(wanted as Severity),
  },
  confirmation: {
    describe: 'Whether two scans have seen it.',
    values: ['unconfirmed', 'confirmed'],
    read: ({ confirmation }: Finding) => confirmation,
  },
  change: {
    describe: 'Against the scan before.',
    values: ['new', 'open', 'cameBack', 'resolved'],
    read: ({ change }: Finding) => change,
  },
  ignored: {
    describe: 'Whether an ignore rule covers it.',
    values: ['true', 'false'],
    read: ({ ignoredBy }: Finding) => String(ignoredBy !== undefined),
  },
  namespace: { describe: '`CLUSTER/NAMESPACE`.', read: namespaceOf },
  cluster: {
    describe: 'Names of clusters.',
    read: (finding: Finding) => namespaceOf(finding)?.split('/')[0] ?? finding.resource.cluster,
  },
  nas: {
    describe: 'Names of TrueNAS systems.',
    read: ({ resource, scope }: Finding) => resource.nas ?? /@([^@]+)$/.exec(scope)?.[1],
  },
};

const volumeFilters = {
  namespace: { describe: '`CLUSTER/NAMESPACE`.', read: joinPlace },
  cluster: { describe: 'Names of clusters.', read: ({ cluster }: VolumeUsage) => cluster },
  nas: { describe: 'Names of TrueNAS systems.', read: ({ nas }: VolumeUsage) => nas },
  pool: { describe: 'Names of pools.', read: ({ pool }: VolumeUsage) => pool },
  storageClass: { describe: 'Names of storage classes.', read: ({ storageClass }: VolumeUsage) => storageClass },
};

const usageGroups = ['namespace', 'storageClass', 'backend'] as const;
const Group = UsageGroup.extend({ by: z.enum(usageGroups) });
type Group = z.infer<typeof Group>;

/** Every list that is answered from the latest result. A new one is a new entry here and nothing else. */
export const collections: readonly Collection[] = [
  defineCollection({
    name: 'findings',
    summary: 'All findings, also those that are ignored or resolved',
    item: Finding,
    items: ({ findings }) => findings,
    placeOf: namespaceOf,
    filters: findingFilters,
  }),
  defineCollection({
    name: 'orphans',
    summary: 'Open findings: neither ignored nor resolved',
    item: Finding,
    items: ({ findings }) =>
      findings.filter(({ ignoredBy, change }) => ignoredBy === undefined && change !== 'resolved'),
    placeOf: namespaceOf,
    filters: findingFilters,
  }),
  defineCollection({
    name: 'usage',
    summary: 'Space by namespace, storage class and backend',
    item: Group,
    items: listGroups,
    placeOf: ({ by, key }) => (by === 'namespace' ? key : undefined),
    filters: {
      by: { describe: 'What the space is added up by.', values: usageGroups, read: ({ by }) => by },
      key: { describe: 'Keys of groups.', read: ({ key }) => key },
    },
  }),
  defineCollection({
    name: 'pools',
    summary: 'Pools of the TrueNAS systems',
    item: PoolUsage,
    items: ({ usage }) => usage.pools,
    placeOf: () => undefined,
    filters: {
      nas: { describe: 'Names of TrueNAS systems.', read: ({ nas }) => nas },
      pool: { describe: 'Names of pools.', read: ({ pool }) => pool },
    },
  }),
  defineCollection({
    name: 'volumes',
    summary: 'Volumes with both of their names and their space',
    item: VolumeUsage,
    items: ({ usage }) => usage.volumes,
    placeOf: joinPlace,
    filters: volumeFilters,
  }),
  defineCollection({
    name: 'trends',
    summary: 'Growth, day by day',
    item: TrendSeries,
    items: ({ trends }) => trends.series,
    placeOf: ({ subject, key }, result) =>
      subject === 'namespace' ? key : subject === 'volume' ? volumePlaces(result).get(key) : undefined,
    filters: {
      subject: { describe: 'What grows.', values: TrendSubject.options, read: ({ subject }) => subject },
      key: { describe: 'Names of what grows.', read: ({ key }) => key },
    },
  }),
  defineCollection({
    name: 'forecasts',
    summary: 'When pools and volumes will be full',
    item: Forecast,
    items: ({ trends }) => trends.forecasts,
    placeOf: ({ nas, dataset }, result) =>
      dataset === undefined ? undefined : volumePlaces(result).get(`${nas} ${dataset}`),
    filters: {
      subject: { describe: 'What fills up.', values: ['pool', 'quota', 'zvol'], read: ({ subject }) => subject },
      state: { describe: 'Whether there is a forecast.', values: ['forecast', 'silent'], read: ({ state }) => state },
      nas: { describe: 'Names of TrueNAS systems.', read: ({ nas }) => nas },
    },
  }),
  defineCollection({
    name: 'recommendations',
    summary: 'What would save space or money',
    item: Recommendation,
    items: ({ recommendations }) => recommendations.items,
    placeOf: joinPlace,
    filters: {
      rule: { describe: 'Ids of rules.', read: ({ rule }) => rule },
      namespace: { describe: '`CLUSTER/NAMESPACE`.', read: joinPlace },
      nas: { describe: 'Names of TrueNAS systems.', read: ({ nas }) => nas },
    },
  }),
  defineCollection({
    name: 'validation',
    summary: 'Rules about the configuration of storage, and what they found',
    item: RuleResult,
    items: ({ validation }) => validation.results,
    placeOf: () => undefined,
    filters: {
      rule: { describe: 'Ids of rules.', read: ({ rule }) => rule },
      status: { describe: 'What came out.', values: ruleStatuses, read: ({ status }) => status },
      component: { describe: 'What is looked at.', values: components, read: ({ component }) => component },
    },
  }),
  defineCollection({
    name: 'health',
    summary: 'What the scan could read of each system, and what it could not',
    item: SectionOutcome,
    items: ({ sections }) => sections,
    placeOf: () => undefined,
    filters: {
      source: { describe: '`cluster/NAME` or `nas/NAME`.', read: ({ source }) => source },
      ok: { describe: 'Whether it was read.', values: ['true', 'false'], read: ({ ok }) => String(ok) },
    },
  }),
];

function listGroups({ usage }: ScanResult): readonly Group[] {
  return [
    ...usage.namespaces.map((group): Group => ({ by: 'namespace', ...group })),
    ...usage.storageClasses.map((group): Group => ({ by: 'storageClass', ...group })),
    ...usage.backends.map((group): Group => ({ by: 'backend', ...group })),
  ];
}
