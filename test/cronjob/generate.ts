import { stringify } from 'yaml';
import { z } from 'zod';
import type { ApiRight } from '../../src/collect/kubernetes/rights.ts';
import { ChartValues } from './chart-values.ts';

export interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** One rule per group and set of verbs, so that nothing is granted that no collector asks for. */
export function buildRules(rights: readonly ApiRight[]): PolicyRule[] {
  const byKey = new Map<string, { group: string; verbs: string[]; resources: Set<string> }>();
  for (const { group, resource, verbs } of rights) {
    const sorted = [...verbs].sort();
    const key = `${group}/${sorted}`;
    const rule = byKey.get(key) ?? { group, verbs: sorted, resources: new Set() };
    rule.resources.add(resource);
    byKey.set(key, rule);
  }
  return [...byKey.entries()]
    .sort(([a], [b]) => a.localeCompare(b, 'en'))
    .map(([, { group, verbs, resources }]) => ({ apiGroups: [group], resources: [...resources].sort(), verbs }));
}

export function buildRulesYaml(rights: readonly ApiRight[]): string {
  return stringify(buildRules(rights), { collectionStyle: 'block', lineWidth: 0 });
}

export function buildClusterRole(rights: readonly ApiRight[]): string {
  const role = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name: 'strandline' },
    rules: buildRules(rights),
  };
  return [
    '# What a scan reads, and nothing else: no Secrets, no nodes/proxy, no write.',
    '# Generated from src/collect/kubernetes/rights.ts by UPDATE_GOLDEN=1 npm run test:unit',
    stringify(role, { lineWidth: 0 }),
  ].join('\n');
}

/** The alerts as the chart holds them: a chart reads no files outside of its own folder. */
export function buildChartAlerts(rules: string): string {
  return rules.slice(rules.indexOf('groups:'));
}

/** Patterns that Go's regular expressions cannot read are left to the program itself. */
export function buildValuesSchema(): string {
  const schema = z.toJSONSchema(ChartValues, { io: 'input', target: 'draft-7', unrepresentable: 'any' });
  return `${JSON.stringify(schema, null, 2)}\n`;
}

interface Described {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Described>>;
}

export function buildChartReadme(defaults: Readonly<Record<string, unknown>>): string {
  const schema = z.toJSONSchema(ChartValues, { io: 'input', target: 'draft-7', unrepresentable: 'any' }) as Described;
  return [
    '# strandline',
    '',
    'Finds storage that Kubernetes and TrueNAS have lost track of: a CronJob that reads both sides once a night and reports.',
    '',
    '```sh',
    'kubectl create namespace strandline',
    'kubectl label namespace strandline pod-security.kubernetes.io/enforce=restricted',
    'helm install strandline cronjob/helm/strandline --namespace strandline --values my-values.yaml',
    'helm test strandline --namespace strandline --logs',
    '```',
    '',
    'An upgrade and a rollback leave the history alone; `helm uninstall` keeps its claim.',
    '',
    '## Values',
    '',
    '| Value | Default | Meaning |',
    '|---|---|---|',
    ...listValues('', schema, defaults).map(
      ([name, value, text]) =>
        `| \`${name}\` | ${value === undefined ? '' : `\`${JSON.stringify(value)}\``} | ${text} |`,
    ),
    '',
    'This page is generated: `UPDATE_GOLDEN=1 npm run test:unit`.',
    '',
  ].join('\n');
}

function listValues(prefix: string, schema: Described, defaults: unknown): [string, unknown, string][] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, child]): [string, unknown, string][] => {
    const value = (defaults as Record<string, unknown> | undefined)?.[key];
    const name = `${prefix}${key}`;
    const isLeaf = child.properties === undefined || name === 'config';
    return isLeaf ? [[name, value, child.description ?? '']] : listValues(`${name}.`, child, value);
  });
}
