import { defineRule } from '../../model/rule.ts';
import { judgeEach } from '../judge-each.ts';
import { clusterResource } from '../resources.ts';

export const storageClassDatasetExists = defineRule({
  meta: {
    id: 'storage-class-dataset-exists',
    title: 'Pool and dataset path of the StorageClass exist on the NAS',
    severity: 'HIGH',
    component: 'storageClass',
    scope: 'backend',
    why: 'The driver makes volumes below that place; without it every claim of the class fails.',
    remediation: 'Make the dataset, or correct `pool` and `datasetPath`.',
    example: 'zfs create -p <pool>/<datasetPath>   # or in the web interface: Datasets, Add Dataset',
    families: ['truenas-csi'],
    needs: { cluster: ['storageClasses'], nas: ['datasets'] },
  },
  check(view) {
    const datasets = new Set(view.nas.datasets.map(({ name }) => name));
    const classes = view.cluster.storageClasses.filter(
      ({ provisioner, parameters }) => provisioner === view.backend?.driver && parameters['pool'] !== undefined,
    );
    return judgeEach(classes, clusterResource(view, 'StorageClass'), ({ parameters }) => {
      const place = [parameters['pool'], parameters['datasetPath']].filter(Boolean).join('/').replace(/\/+$/, '');
      return datasets.has(place) ? undefined : `dataset ${place} does not exist on ${view.nas.name}`;
    });
  },
});
