import type { Judged } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';
import { clusterResource } from '../resources.ts';

export const storageClassOneDefault = defineRule({
  meta: {
    id: 'storage-class-one-default',
    title: 'Exactly one StorageClass is the default',
    severity: 'MEDIUM',
    component: 'storageClass',
    scope: 'cluster',
    why: 'Without a default, claims without a class stay Pending; with several, the newest one wins.',
    remediation: 'Mark one class as the default and take the mark from the others.',
    example: 'kubectl annotate storageclass <name> storageclass.kubernetes.io/is-default-class=true --overwrite',
    needs: { cluster: ['storageClasses'] },
  },
  check(view): Judged {
    const { storageClasses, name } = view.cluster;
    const defaults = storageClasses.filter(({ isDefault }) => isDefault);
    const judged = storageClasses.length;
    if (judged === 0 || defaults.length === 1) return { judged, problems: [], undecided: [] };
    if (defaults.length === 0) {
      const resource = { source: `cluster/${name}`, cluster: name, kind: 'Cluster', name } as const;
      return { judged, problems: [{ resource, why: 'no StorageClass is the default' }], undecided: [] };
    }
    const why = `${defaults.length} classes are the default: ${defaults.map((row) => row.name).join(', ')}`;
    const toResource = clusterResource(view, 'StorageClass');
    return { judged, problems: defaults.map((row) => ({ resource: toResource(row), why })), undecided: [] };
  },
});
