import { defineRule } from '../../model/rule.ts';
import { isBefore, parseVersion } from '../images.ts';
import { judgeEach } from '../judge-each.ts';
import { nasResource } from '../resources.ts';

export const nasReleaseSupported = defineRule({
  meta: {
    id: 'nas-release-supported',
    title: 'The NAS runs a release that has a future',
    severity: 'MEDIUM',
    component: 'release',
    scope: 'nas',
    why: 'Releases before 25.04 speak only REST, which TrueNAS 26 has removed; CORE is not developed further.',
    remediation: 'Plan the upgrade to 25.10 or later, and check the CSI driver before it.',
    example: 'midclt call update.check_available',
    needs: {},
  },
  check(view) {
    return judgeEach([view.nas.name], nasResource(view, 'NAS'), () => {
      const release = parseVersion(view.nas.release);
      if (release === undefined) return { undecided: 'its release is not known' };
      if (isBefore(release, [22, 0])) return `TrueNAS CORE ${view.nas.release} is not developed further`;
      if (isBefore(release, [25, 4]))
        return `TrueNAS ${view.nas.release} speaks only REST, which TrueNAS 26 has removed`;
      return view.nas.transport === 'rest' ? `it is read over REST, which TrueNAS 26 has removed` : undefined;
    });
  },
});
