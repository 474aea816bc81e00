import type { InlineVolume, PodStorage } from '../../model/kubernetes.ts';
import { type Item, identity, isObject, objects, part, references } from './item.ts';
import { dropSecrets } from './secrets.ts';

export const noStorage: PodStorage = { claims: [], ephemeral: [], inline: [] };

/** What a pod spec (at `path`) points at. */
export function toPodStorage(item: Item, ...path: readonly string[]): PodStorage {
  const volumes = objects(item, ...path, 'volumes').map((json) => part(item, json));
  if (volumes.length === 0) return noStorage;
  const claims: string[] = [];
  const ephemeral: string[] = [];
  const inline: InlineVolume[] = [];
  for (const volume of volumes) {
    if (isObject(volume.json['persistentVolumeClaim']))
      claims.push(identity(volume, 'persistentVolumeClaim', 'claimName'));
    if (isObject(volume.json['ephemeral'])) ephemeral.push(identity(volume, 'name'));
    inline.push(...toInline(volume));
  }
  return claims.length + ephemeral.length + inline.length === 0 ? noStorage : { claims, ephemeral, inline };
}

function toInline(volume: Item): readonly InlineVolume[] {
  const { nfs, iscsi, csi } = volume.json;
  if (isObject(nfs))
    return [{ kind: 'nfs', server: identity(volume, 'nfs', 'server'), path: identity(volume, 'nfs', 'path') }];
  if (isObject(iscsi))
    return [
      { kind: 'iscsi', iqn: identity(volume, 'iscsi', 'iqn'), portal: identity(volume, 'iscsi', 'targetPortal') },
    ];
  if (isObject(csi)) {
    const { kept } = dropSecrets(references(volume, 'csi', 'volumeAttributes'));
    return [{ kind: 'csi', driver: identity(volume, 'csi', 'driver'), attributes: kept }];
  }
  return [];
}
