import type { Inventory } from '../model/inventory.ts';
import type { Links, VolumeLink } from '../model/links.ts';
import type { Usage } from '../model/scan-result.ts';
import type { NasSectionName } from '../model/truenas.ts';
import { groupBy } from '../util/groups.ts';

type Gap = Usage['notAssessed'][number];

/** What the numbers leave out because a list was not read, in words. */
export function findGaps(inventory: Inventory, links: Links): Gap[] {
  return [...clusterGaps(inventory), ...nasGaps(inventory), ...volumeGaps(links)];
}

function clusterGaps({ clusters }: Inventory): Gap[] {
  return clusters.flatMap(({ name, sections: { persistentVolumes } }) =>
    persistentVolumes.ok ? [] : [{ what: `Volumes of cluster ${name}`, because: persistentVolumes.error.message }],
  );
}

const lostWith: readonly (readonly [NasSectionName, string])[] = [
  ['pools', 'Pools, their health and fill'],
  ['datasets', 'Space of volumes and usable space of pools'],
  ['snapshots', 'Snapshot counts'],
];

function nasGaps({ nases }: Inventory): Gap[] {
  return nases.flatMap(({ name, sections }) =>
    lostWith.flatMap(([section, what]) => {
      const list = sections[section];
      return list.ok ? [] : [{ what: `${what} on NAS ${name}`, because: list.error.message }];
    }),
  );
}

/** Volumes whose dataset is not known, by reason. Those whose dataset is gone hold nothing, which is known. */
function volumeGaps({ volumes }: Links): Gap[] {
  const unplaced = volumes.filter(({ backing }) => backing.status === 'unknown');
  return [...groupBy(unplaced, (link) => `${link.cluster} ${reasonOf(link)}`).values()].map((group) => ({
    what: `Space of ${group.length} ${group.length === 1 ? 'volume' : 'volumes'} of cluster ${group[0]?.cluster}`,
    because: group[0] === undefined ? '' : reasonOf(group[0]),
  }));
}

function reasonOf({ backing, outOfReach }: VolumeLink): string {
  if (outOfReach !== undefined) return outOfReach;
  const unread = backing.status === 'unknown' ? backing.unread : [];
  const reasons = [...new Set(unread.map(({ source, name, because }) => `${source} ${name}: ${because}`))];
  return reasons.length === 0 ? 'the dataset behind is not known' : reasons.join('; ');
}
