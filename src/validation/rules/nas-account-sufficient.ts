import { defineRule } from '../../model/rule.ts';
import { judgeEach } from '../judge-each.ts';
import { nasResource } from '../resources.ts';

export const nasAccountSufficient = defineRule({
  meta: {
    id: 'nas-account-sufficient',
    title: 'The account of Strandline on the NAS may read every list that it needs',
    severity: 'HIGH',
    component: 'permissions',
    scope: 'nas',
    why: 'What it may not read is not assessed, and nothing can be called an orphan that only an unread list could use.',
    remediation: 'Give READONLY_ADMIN to the privilege of the account, or the roles that are missing.',
    example: 'midclt call privilege.update <id> \'{"roles": ["READONLY_ADMIN"]}\'',
    needs: { nas: ['account'] },
  },
  check(view) {
    return judgeEach(
      view.nas.account,
      ({ username }) => nasResource(view, 'User')(username ?? 'account in use'),
      ({ missingRoles }) => {
        if (missingRoles === undefined) return { undecided: 'its roles are not known' };
        return missingRoles.length === 0 ? undefined : `it lacks ${missingRoles.join(', ')}`;
      },
    );
  },
});
