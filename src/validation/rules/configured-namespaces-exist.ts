import { defineRule } from '../../model/rule.ts';
import { judgeEach } from '../judge-each.ts';

export const configuredNamespacesExist = defineRule({
  meta: {
    id: 'configured-namespaces-exist',
    title: 'Namespaces that the config of Strandline names exist',
    severity: 'MEDIUM',
    component: 'permissions',
    scope: 'cluster',
    why: 'A filter, retention or mail route for a misspelt namespace concerns nothing, and nobody notices.',
    remediation: 'Correct the name in the config, or remove the entry.',
    example: 'kubectl get namespaces\nstrandline config show',
    needs: { cluster: ['namespaces'] },
  },
  check(view, { options }) {
    const { name: cluster, namespaces } = view.cluster;
    const existing = new Set(namespaces.map(({ name }) => name));
    return judgeEach(
      options.namespaces.filter((named) => named.cluster === cluster),
      ({ name }) => ({ source: `cluster/${cluster}`, cluster, kind: 'Namespace', name }),
      ({ name, from }) => (existing.has(name) ? undefined : `it does not exist, but ${from} names it`),
    );
  },
});
