import { defineRule } from '../../model/rule.ts';
import { accessResource, nameOfRight, notAskable } from '../access.ts';
import { judgeEach } from '../judge-each.ts';

export const clusterAccountLeastPrivilege = defineRule({
  meta: {
    id: 'cluster-account-least-privilege',
    title: 'The account of Strandline in the cluster can only read',
    severity: 'MEDIUM',
    component: 'permissions',
    scope: 'cluster',
    why: 'Strandline never writes and needs no Secret; an account that can do more is a risk without a use.',
    remediation: 'Use the ServiceAccount and ClusterRole in cronjob/, and remove other bindings of the account.',
    example:
      'kubectl get clusterrolebindings,rolebindings -A -o wide | grep strandline\nkubectl auth can-i --list --as system:serviceaccount:<namespace>:strandline',
    needs: { cluster: ['access'] },
  },
  check(view) {
    const because = view.absent('access');
    if (because !== undefined) return notAskable(view.cluster.name, because);
    const useless = view.cluster.access.filter(({ neededFor }) => neededFor === undefined);
    const all = useless.find(({ verb, resource }) => verb === '*' && resource === '*');
    return judgeEach(
      all?.allowed === true ? [all] : useless,
      (right) => accessResource(view.cluster.name, nameOfRight(right)),
      (right) => {
        if (!right.allowed) return undefined;
        return right === all ? 'it may do everything (cluster-admin)' : `it may ${right.verb} ${nameOfRight(right)}`;
      },
    );
  },
});
