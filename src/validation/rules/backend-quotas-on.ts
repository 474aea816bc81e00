import { defineRule } from '../../model/rule.ts';
import { judgeEach } from '../judge-each.ts';
import { clusterResource } from '../resources.ts';

export const backendQuotasOn = defineRule({
  meta: {
    id: 'backend-quotas-on',
    title: 'The size of a volume is enforced on the NAS',
    severity: 'MEDIUM',
    component: 'backend',
    scope: 'backend',
    why: 'Without a quota one volume can fill the whole pool, whatever its claim asked for.',
    remediation: 'Switch quotas on in the driver, and set them on the datasets that exist.',
    example: 'zfs: { datasetEnableQuotas: true }\n# existing: zfs set refquota=<size> <dataset>',
    needs: { cluster: ['persistentVolumes'], nas: ['datasets'] },
  },
  check(view) {
    const volumes = view.links.volumes.flatMap(({ backend, backing, volume }) =>
      backend?.id === view.backend?.id && backing.status === 'found' && backing.value.dataset.type === 'FILESYSTEM'
        ? [{ volume, dataset: backing.value.dataset }]
        : [],
    );
    return judgeEach(
      volumes,
      ({ volume }) => clusterResource(view, 'PersistentVolume')(volume),
      ({ dataset: { name, quotaBytes, refquotaBytes } }) => {
        if (quotaBytes || refquotaBytes) return undefined;
        if (quotaBytes === undefined || refquotaBytes === undefined) return { undecided: 'its quota is not known' };
        return `dataset ${name} has neither quota nor refquota`;
      },
    );
  },
});
