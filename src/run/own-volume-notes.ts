import type { Inventory } from '../model/inventory.ts';
import type { PersistentVolume } from '../model/kubernetes.ts';
import type { Links } from '../model/links.ts';
import type { ScanResult } from '../model/scan-result.ts';

/**
 * Volumes of the pod that scans, when they lie on a NAS that it watches: with that NAS dead the pod would not start, and
 * nobody would be told of it but by the alert on a missing last success. Pure.
 */
export function listOwnVolumeNotes(
  inventory: Inventory,
  links: Links,
  podUid: string | undefined,
): ScanResult['notes'][number][] {
  if (podUid === undefined) return [];
  return inventory.clusters.flatMap(({ name: cluster, sections }) => {
    const pod = sections.pods.ok ? sections.pods.items.find(({ uid }) => uid === podUid) : undefined;
    if (pod === undefined || !sections.persistentVolumes.ok) return [];
    return sections.persistentVolumes.items
      .filter(({ claim }) => claim?.namespace === pod.namespace && pod.storage.claims.includes(claim.name))
      .flatMap((volume) => {
        const nas = findNas(cluster, volume, inventory, links);
        const claim = `${pod.namespace}/${volume.claim?.name}`;
        return nas === undefined ? [] : [{ kind: 'ownVolumeOnWatchedNas', text: toText(claim, nas) }];
      });
  });
}

function findNas(cluster: string, volume: PersistentVolume, inventory: Inventory, links: Links): string | undefined {
  const link = links.volumes.find((one) => one.cluster === cluster && one.volume.uid === volume.uid);
  if (link?.backend !== undefined) return link.backend.nas;
  const servers = [
    ...(volume.nfs === undefined ? [] : [volume.nfs.server]),
    ...(volume.iscsi?.portals ?? []).map((portal) => portal.replace(/:\d+$/, '')),
  ];
  return inventory.nases.find(({ addresses }) => servers.some((server) => addresses.includes(server)))?.name;
}

function toText(claim: string, nas: string): string {
  return (
    `The claim ${claim}, on which Strandline keeps its own history, lies on NAS ${nas}, which it watches: ` +
    'with that NAS dead no scan would start. Move it to other storage or to a bucket.'
  );
}
