import type { Config } from '../config/schema.ts';
import type { ValidationOptions } from '../model/rule.ts';

/**
 * Namespaces that config names, and the cluster that must have them. What is named for all clusters must exist in the
 * only one; with several, nobody can say in which.
 */
export function namedNamespaces(config: Config): ValidationOptions['namespaces'] {
  const [only, ...others] = config.clusters;
  const everywhere = only === undefined || others.length > 0 ? [] : [only.name];
  const named = (from: string, names: readonly (string | undefined)[]) =>
    everywhere.flatMap((cluster) =>
      names.flatMap((name) => (name === undefined || /[*?]/.test(name) ? [] : [{ name, cluster, from }])),
    );
  return [
    ...config.clusters.flatMap(({ name: cluster, namespaces = [] }) =>
      namespaces.map((name) => ({ name, cluster, from: `clusters.${cluster}.namespaces` })),
    ),
    ...named('scope.include.namespaces', config.scope.include.namespaces),
    ...named(
      'checks.snapshotRetention',
      config.checks.snapshotRetention.map(({ namespace }) => namespace),
    ),
    ...named(
      'ignore',
      config.ignore.map(({ namespace }) => namespace),
    ),
    ...named('email.recipients', config.email?.recipients.flatMap(({ namespaces }) => namespaces) ?? []),
    ...named(
      'webhooks',
      config.webhooks.flatMap(({ namespaces }) => namespaces),
    ),
  ];
}
