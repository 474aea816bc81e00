import { defineRule } from '../../model/rule.ts';
import { isBefore, parseVersion } from '../images.ts';
import { judgeEach } from '../judge-each.ts';
import { nasResource } from '../resources.ts';

export const nasAccountLeastPrivilege = defineRule({
  meta: {
    id: 'nas-account-least-privilege',
    title: 'The account of Strandline on the NAS can only read',
    severity: 'MEDIUM',
    component: 'permissions',
    scope: 'nas',
    why: 'Strandline never writes; a key that can do more is a risk without a use.',
    remediation: 'Make a user whose only role is READONLY_ADMIN, and an API key for it.',
    example:
      'midclt call privilege.create \'{"name": "strandline", "local_groups": [<gid>], "ds_groups": [], "roles": ["READONLY_ADMIN"], "web_shell": false}\'',
    needs: { nas: ['account'] },
  },
  check(view) {
    return judgeEach(
      view.nas.account,
      ({ username }) => nasResource(view, 'User')(username ?? 'account in use'),
      ({ roles, isFullAdmin }) => {
        const release = parseVersion(view.nas.release);
        if (isFullAdmin === true) {
          const isCore = release !== undefined && isBefore(release, [22, 0]);
          return isCore
            ? 'on TrueNAS CORE every key is all-powerful: keep it as safe as the root password'
            : 'it may do everything (FULL_ADMIN)';
        }
        if (isFullAdmin === undefined) return { undecided: 'its roles are not known' };
        const wide = roles.filter((role) => role !== 'READONLY_ADMIN' && !role.endsWith('_READ'));
        return wide.length === 0 ? undefined : `it also has ${wide.join(', ')}`;
      },
    );
  },
});
