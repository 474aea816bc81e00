import { defineRule } from '../../model/rule.ts';
import { classParameterProblems } from '../class-parameters.ts';
import { judgeEach } from '../judge-each.ts';
import { clusterResource } from '../resources.ts';

export const storageClassParametersValid = defineRule({
  meta: {
    id: 'storage-class-parameters-valid',
    title: 'Parameters of the StorageClass are ones that its driver knows',
    severity: 'MEDIUM',
    component: 'storageClass',
    scope: 'backend',
    why: 'An unknown parameter is passed over in silence, a contradictory one makes provisioning fail.',
    remediation: 'Correct the parameters; they cannot be changed in place, so replace the StorageClass.',
    example:
      'kubectl get storageclass <name> -o yaml > class.yaml   # edit, then\nkubectl replace --force -f class.yaml',
    needs: { cluster: ['storageClasses'] },
  },
  check(view) {
    const { backend } = view;
    const classes = view.cluster.storageClasses.filter(({ provisioner }) => provisioner === backend?.driver);
    return judgeEach(classes, clusterResource(view, 'StorageClass'), ({ parameters, plaintextSecretKeys }) => {
      if (backend === undefined) return undefined;
      const problems = classParameterProblems(backend.family, backend.protocol, parameters, plaintextSecretKeys);
      return problems.length === 0 ? undefined : problems.join('; ');
    });
  },
});
