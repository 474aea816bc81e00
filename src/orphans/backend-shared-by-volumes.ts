import { type Detector, defineDetector } from '../model/check.ts';
import type { VolumeLink } from '../model/links.ts';
import { addTo } from '../util/groups.ts';
import { shellQuote } from '../util/shell.ts';
import { bytesOf, draft, fact, Verdict } from './draft.ts';
import { clusterResource, labelsOf, ownerOfVolume } from './resources.ts';

export const backendSharedByVolumes: Detector = defineDetector({
  meta: {
    id: 'backend-shared-by-volumes',
    title: 'Two PersistentVolumes stand on the same dataset, target or extent',
    severity: 'HIGH',
    why: 'Deleting one destroys the data of the other; with iSCSI both nodes may write to one file system.',
    remediation: 'Give one of them storage of its own, or set both to Retain before touching either.',
    scope: 'nas',
    provesAbsence: false,
    frees: false,
    needs: { nas: ['datasets'] },
  },
  run(view) {
    const verdict = new Verdict();
    const groups = new Map<string, VolumeLink[]>();
    for (const link of view.links.volumes) {
      if (link.outOfReach !== undefined || link.volume.deletingSince !== undefined) continue;
      for (const key of identities(link)) addTo(groups, key, link);
    }
    const reported = new Set<string>();
    for (const [shared, links] of groups) {
      const volumes = [...new Map(links.map((link) => [`${link.cluster}/${link.volume.name}`, link])).entries()].sort(
        ([a], [b]) => (a < b ? -1 : 1),
      );
      const first = volumes[0];
      const pair = volumes.map(([name]) => name).join(' ');
      if (first === undefined || volumes.length < 2 || reported.has(pair)) continue;
      reported.add(pair);
      const [, link] = first;
      const others = volumes.slice(1).map(([name]) => name);
      verdict.found(
        draft(backendSharedByVolumes.meta, view.scope, {
          resource: clusterResource(link.cluster, 'PersistentVolume', link.volume),
          owner: { ...ownerOfVolume(link.volume), ...labelsOf(link.volume) },
          createdAt: link.volume.createdAt,
          ignore: link.volume.ignore,
          bytes: bytesOf({ provisioned: link.volume.capacityBytes }),
          why: `it shares ${shared} with ${others.join(', ')}`,
          evidence: [
            ...fact('shared', shared, `nas/${view.nas.name}`),
            ...volumes.flatMap(([name, other]) =>
              fact(
                'volume',
                `${name}, reclaim policy ${other.volume.reclaimPolicy}`,
                `cluster/${other.cluster} persistentVolumes`,
              ),
            ),
          ],
          steps: [
            'Set both volumes to Retain before anything else.',
            'Find out which of them owns the data; give the other one a volume of its own.',
          ],
          commands: volumes.map(([, other]) => `kubectl get pv ${shellQuote(other.volume.name)} -o yaml`),
          premises: volumes.map(([, other]) => ({
            source: `cluster/${other.cluster}` as const,
            kind: 'PersistentVolume' as const,
            name: other.volume.name,
            uid: other.volume.uid,
            expect: 'present' as const,
          })),
        }),
      );
    }
    return verdict;
  },
});

/** The dataset it stands on, and its IQN: a re-used target name joins two zvols. */
function identities(link: VolumeLink): string[] {
  const at = link.backing.status === 'found' ? link.backing.value : undefined;
  const iqn = link.volume.csi?.attributes['iqn'] ?? link.volume.csi?.attributes['targetIQN'];
  const lun = link.volume.csi?.attributes['lun'] ?? '0';
  const handle = `handle ${link.volume.csi?.driver ?? ''} ${link.volume.csi?.handle ?? ''} of cluster ${link.cluster}`;
  return [
    at === undefined ? handle : `dataset ${at.dataset.name} on ${at.nas}`,
    ...(iqn === undefined ? [] : [`target ${iqn} lun ${lun}`]),
  ];
}
