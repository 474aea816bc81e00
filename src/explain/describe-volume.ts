import type { Lookup } from '../model/collected.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Pod } from '../model/kubernetes.ts';
import type { VolumeLink } from '../model/links.ts';
import type { Line } from './explanation.ts';

/** Handle → dataset → share, and volume → claim → pod → workload. */
export function describeVolume(link: VolumeLink, inventory: Inventory): Line[] {
  const { volume, cluster, backing, share } = link;
  const from = `cluster/${cluster} persistentVolumes`;
  return [
    line('volume', `${volume.name} (${volume.phase}, ${volume.reclaimPolicy})`, from),
    ...(volume.csi === undefined
      ? []
      : [line('driver', volume.csi.driver, from), line('handle', volume.csi.handle, from)]),
    ...(link.backend === undefined
      ? []
      : [line('backend', `${link.backend.id} (known by ${link.backend.foundBy})`, 'correlation')]),
    ...(link.outOfReach === undefined ? [] : [line('out of reach', link.outOfReach, 'correlation')]),
    line(
      'dataset',
      answer(backing, ({ nas, dataset, by }) => `${dataset.name} on ${nas}, found by ${by}`),
      'every NAS, datasets',
    ),
    line(
      'served by',
      answer(share, ({ kind, name, id }) => `${kind} ${name} (id ${id})`),
      'shares',
    ),
    ...describeClaim(link, inventory),
    ...describePods(link.mountedBy, cluster),
  ];
}

function describeClaim({ volume, cluster }: VolumeLink, inventory: Inventory): Line[] {
  const from = `cluster/${cluster} claims`;
  if (volume.claim === undefined) return [line('claim', 'none', from)];
  const { namespace, name } = volume.claim;
  const section = inventory.clusters.find((each) => each.name === cluster)?.sections.claims;
  if (section?.ok !== true) return [line('claim', `${namespace}/${name}; claims could not be read`, from)];
  const claim = section.items.find((each) => each.namespace === namespace && each.name === name);
  if (claim === undefined) return [line('claim', `${namespace}/${name}, which does not exist any more`, from)];
  const other =
    volume.claim.uid !== undefined && claim.uid !== volume.claim.uid ? ', another one of the same name' : '';
  const owners = claim.ownerRefs.map((owner) => line('owner of the claim', `${owner.kind}/${owner.name}`, from));
  return [line('claim', `${namespace}/${name} (${claim.phase}${other})`, from), ...owners];
}

function describePods(pods: Lookup<readonly Pod[]>, cluster: string): Line[] {
  const from = `cluster/${cluster} pods`;
  if (pods.status !== 'found')
    return [
      line(
        'pods',
        answer(pods, () => ''),
        from,
      ),
    ];
  return pods.value.flatMap((pod) => [
    line('pod', `${pod.namespace}/${pod.name} (${pod.phase}${pod.node === undefined ? '' : ` on ${pod.node}`})`, from),
    ...pod.ownerRefs.map((owner) =>
      line('workload', `${owner.kind}/${owner.name} of ${pod.namespace}/${pod.name}`, from),
    ),
  ]);
}

/** Absent and unread are different answers, in words as well. */
export function answer<T>(lookup: Lookup<T>, words: (value: T) => string): string {
  if (lookup.status === 'found') return words(lookup.value);
  if (lookup.status === 'absent') return 'none';
  const unread = lookup.unread.map(({ source, name, because }) => `${source} ${name}: ${because}`);
  return `unknown${unread.length === 0 ? '' : ` (${unread.join('; ')})`}`;
}

export function line(what: string, value: string, from: string): Line {
  return { what, value, from };
}
