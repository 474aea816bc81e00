import type { AccessReview } from '../../model/kubernetes.ts';
import { defineRule } from '../../model/rule.ts';
import { accessResource, nameOfRight, notAskable } from '../access.ts';

export const clusterAccountSufficient = defineRule({
  meta: {
    id: 'cluster-account-sufficient',
    title: 'The account of Strandline may read every list that it needs',
    severity: 'HIGH',
    component: 'permissions',
    scope: 'cluster',
    why: 'What it may not read is not assessed, and nothing can be called an orphan that only an unread list could use.',
    remediation: 'Add the rule below to the ClusterRole of the account, or apply the one in cronjob/ again.',
    example:
      'kubectl apply -k cronjob/base\nkubectl auth can-i --list --as system:serviceaccount:<namespace>:strandline',
    needs: { cluster: ['access'] },
  },
  check(view) {
    const because = view.absent('access');
    if (because !== undefined) return notAskable(view.cluster.name, because);
    const needed = view.cluster.access.filter(
      (right): right is AccessReview & Required<Pick<AccessReview, 'neededFor'>> => right.neededFor !== undefined,
    );
    const missing = Map.groupBy(
      needed.filter(({ allowed }) => !allowed),
      ({ group, resource }) => `${group}/${resource}`,
    );
    const problems = [...missing.values()].flatMap((rights) => {
      const [first] = rights;
      if (first === undefined) return [];
      const verbs = rights.map(({ verb }) => verb);
      const lost = first.optional ?? `the list ${first.neededFor}`;
      return [
        {
          resource: accessResource(view.cluster.name, nameOfRight(first)),
          why: `it may not ${verbs.join(' and ')} ${nameOfRight(first)} in the whole cluster; without it ${first.optional === undefined ? `${lost} is not complete` : `it is unknown ${lost}`}`,
          example: `- apiGroups: ["${first.group}"]\n  resources: [${first.resource}]\n  verbs: [${verbs.join(', ')}]`,
        },
      ];
    });
    return { judged: needed.length, problems, undecided: [] };
  },
});
