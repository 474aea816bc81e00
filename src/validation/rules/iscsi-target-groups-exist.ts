import { defineRule } from '../../model/rule.ts';
import type { IscsiTarget } from '../../model/truenas.ts';
import { judgeEach } from '../judge-each.ts';
import { nasResource } from '../resources.ts';
import { shareIdsOfVolumes } from '../volume-shares.ts';

export const iscsiTargetGroupsExist = defineRule({
  meta: {
    id: 'iscsi-target-groups-exist',
    title: 'Portal and initiator groups of the iSCSI targets exist',
    severity: 'HIGH',
    component: 'backend',
    scope: 'backend',
    why: 'A target without a portal is reachable nowhere. The driver wants database ids, not the numbers of the web page.',
    remediation: 'Correct `targetGroups` in the config of the driver, then the targets that exist.',
    example:
      "midclt call iscsi.portal.query | jq '.[].id'\nmidclt call iscsi.initiator.query | jq '.[].id'\n# iscsi.targetGroups[].targetGroupPortalGroup / targetGroupInitiatorGroup",
    needs: {
      cluster: ['persistentVolumes'],
      nas: ['datasets', 'iscsiExtents', 'iscsiTargets', 'iscsiTargetExtents', 'iscsiPortals', 'iscsiInitiators'],
    },
  },
  check(view) {
    const extents = shareIdsOfVolumes(view, 'IscsiExtent');
    const ids = new Set(
      view.nas.iscsiTargetExtents.filter(({ extent }) => extents.has(extent)).map(({ target }) => target),
    );
    const portals = new Set(view.nas.iscsiPortals.map(({ id }) => id));
    const initiators = new Set(view.nas.iscsiInitiators.map(({ id }) => id));
    return judgeEach(
      view.nas.iscsiTargets.filter(({ id }) => ids.has(id)),
      ({ name }) => nasResource(view, 'IscsiTarget')(name),
      (target) => problemOf(target, portals, initiators),
    );
  },
});

function problemOf(
  { groups }: IscsiTarget,
  portals: ReadonlySet<number>,
  initiators: ReadonlySet<number>,
): string | undefined {
  if (groups.length === 0) return 'it has no portal group';
  for (const { portal, initiator } of groups) {
    if (portal !== undefined && !portals.has(portal)) return `portal group ${portal} does not exist`;
    if (initiator !== undefined && !initiators.has(initiator)) return `initiator group ${initiator} does not exist`;
  }
  return undefined;
}
