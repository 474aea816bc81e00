import { defineRule } from '../../model/rule.ts';
import { judgeEach } from '../judge-each.ts';
import { nasResource } from '../resources.ts';

const dayMs = 86_400_000;
const longestDays = 365;

export const nasApiKeyRenewed = defineRule({
  meta: {
    id: 'nas-api-key-renewed',
    title: 'API keys of the account are not older than a year',
    severity: 'LOW',
    component: 'permissions',
    scope: 'nas',
    why: 'The longer a key lives, the more places it may have been copied to.',
    remediation:
      'Run `strandline credentials rotate`, or make a new key, put it into the Secret, and delete the old one.',
    example:
      'midclt call api_key.create \'{"name": "strandline-2", "username": "<user>"}\'\nmidclt call api_key.delete <id>',
    needs: { nas: ['apiKeys'] },
  },
  check(view, { ageMs }) {
    return judgeEach(
      view.nas.apiKeys.filter(({ isRevoked }) => isRevoked !== true),
      ({ name }) => nasResource(view, 'ApiKey')(name),
      ({ createdAt }) => {
        const age = ageMs(`nas/${view.nas.name}`, createdAt);
        if (age === undefined) return { undecided: 'its age is not known' };
        return age <= longestDays * dayMs ? undefined : `it was made ${Math.floor(age / dayMs)} days ago`;
      },
    );
  },
});
