import { defineRule } from '../../model/rule.ts';
import { judgeEach } from '../judge-each.ts';
import { nasResource } from '../resources.ts';

const dayMs = 86_400_000;
const noticeDays = 30;

export const nasApiKeyNotExpiring = defineRule({
  meta: {
    id: 'nas-api-key-not-expiring',
    title: 'API keys of the account are valid for another 30 days',
    severity: 'MEDIUM',
    component: 'permissions',
    scope: 'nas',
    why: 'When the key expires, nothing on this NAS is read and nothing is judged any more.',
    remediation:
      'Run `strandline credentials rotate`, or make a new key, put it into the Secret, and delete the old one.',
    example: 'midclt call api_key.create \'{"name": "strandline-2", "username": "<user>", "expires_at": null}\'',
    needs: { nas: ['apiKeys'] },
  },
  check(view, { ageMs }) {
    return judgeEach(
      view.nas.apiKeys,
      ({ name }) => nasResource(view, 'ApiKey')(name),
      ({ expiresAt, isRevoked }) => {
        if (isRevoked === true) return 'it was revoked';
        if (expiresAt === undefined) return undefined;
        const sinceMs = ageMs(`nas/${view.nas.name}`, expiresAt);
        if (sinceMs === undefined) return { undecided: 'the time of its expiry is not readable' };
        if (sinceMs >= 0) return `it expired at ${expiresAt}`;
        return -sinceMs < noticeDays * dayMs ? `it expires at ${expiresAt}` : undefined;
      },
    );
  },
});
