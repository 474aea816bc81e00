import { SourceError } from '../../errors.ts';
import type { ClusterSectionName, ClusterSections } from '../../model/kubernetes.ts';
import type { SectionAnswer } from '../section.ts';
import type { KubeApi } from './api.ts';
import {
  findBackupTools,
  longestTtlMs,
  type VeleroTtl,
  veleroBackups,
  veleroGroup,
  veleroSchedules,
} from './backup-tools.ts';
import type { Discovery } from './discovery.ts';
import { type Listed, type ListOptions, listAll } from './list-all.ts';
import type { Unreadable } from './project-items.ts';
import type { Resource } from './resource.ts';
import { reviewAccess } from './review-access.ts';
import { claims } from './sections/claims.ts';
import { csiDrivers } from './sections/csi-drivers.ts';
import { csiNodes } from './sections/csi-nodes.ts';
import { eventSelectors, events, newestEvents } from './sections/events.ts';
import { leases, nodeLeases } from './sections/leases.ts';
import { namespaces } from './sections/namespaces.ts';
import { nodes } from './sections/nodes.ts';
import { persistentVolumes } from './sections/persistent-volumes.ts';
import { pods } from './sections/pods.ts';
import { storageClasses } from './sections/storage-classes.ts';
import { virtualMachines } from './sections/virtual-machines.ts';
import { volumeAttachments } from './sections/volume-attachments.ts';
import { volumeSnapshotClasses } from './sections/volume-snapshot-classes.ts';
import { volumeSnapshotContents } from './sections/volume-snapshot-contents.ts';
import { volumeSnapshots } from './sections/volume-snapshots.ts';
import { workloads } from './sections/workloads.ts';

export interface ReadOptions {
  readonly pageSize: number;
  /** Set when the account may only list in these namespaces. */
  readonly namespaces?: readonly string[] | undefined;
}

export type SectionReaders = {
  readonly [Name in ClusterSectionName]: () => Promise<
    SectionAnswer<Extract<ClusterSections[Name], { ok: true }>['items'][number]>
  >;
};

/** One reader per section. Each gives the whole list or throws. */
export function createSectionReaders(api: KubeApi, discovery: Discovery, options: ReadOptions): SectionReaders {
  const whole = { pageSize: options.pageSize };
  const isPartial = options.namespaces !== undefined;

  /** What is namespaced and may be asked whether something is *not* there is only read with rights to all of it. */
  function everywhere<T>(resource: Resource<T>): Promise<Listed<T>> {
    if (isPartial && resource.isNamespaced) throw partial(resource);
    return listAll(api, resource, whole);
  }

  async function ifInstalled<T>(resource: Resource<T>): Promise<SectionAnswer<T>> {
    if (isPartial && resource.isNamespaced) throw partial(resource);
    const found = await discovery.find(resource);
    return 'absent' in found ? { items: [], absent: found.absent } : listAll(api, found, whole);
  }

  return {
    persistentVolumes: () => everywhere(persistentVolumes),
    claims: async () => everywhere(claims),
    storageClasses: () => everywhere(storageClasses),
    volumeSnapshots: () => ifInstalled(volumeSnapshots),
    volumeSnapshotContents: () => ifInstalled(volumeSnapshotContents),
    volumeSnapshotClasses: () => ifInstalled(volumeSnapshotClasses),
    volumeAttachments: () => everywhere(volumeAttachments),
    csiDrivers: () => everywhere(csiDrivers),
    csiNodes: () => everywhere(csiNodes),
    nodes: () => everywhere(nodes),
    namespaces: async () => withKubeSystem(await everywhere(namespaces)),
    pods: async () => everywhere(pods),
    workloads: async () => {
      const lists = workloads.map(async (resource) => everywhere(resource));
      const virtual = virtualMachines.map((resource) => ifInstalled(resource));
      return joined(await Promise.all([...lists, ...virtual]));
    },
    events: async () => {
      const read = joined(await Promise.all(eventLists(options).map((each) => listAll(api, events, each))));
      return { ...read, items: newestEvents(read.items) };
    },
    backupTools: async () => {
      const groups = await discovery.groups();
      return findBackupTools(groups, groups.has(veleroGroup) ? await veleroTtlMs(api, discovery, whole) : undefined);
    },
    leases: async () => {
      const each = options.namespaces?.map((namespace) => ({ ...whole, namespace })) ?? [whole];
      const read = joined(await Promise.all(each.map((list) => listAll(api, leases, list))));
      return { ...read, items: read.items.filter(({ namespace }) => namespace !== nodeLeases) };
    },
    access: async () => reviewAccess(api, await discovery.groups()),
  };
}

/** Events are only ever shown, so those of some namespaces are better than none. */
function eventLists({ pageSize, namespaces: names }: ReadOptions): readonly ListOptions[] {
  return eventSelectors.flatMap((fieldSelector) => {
    const every = { pageSize, query: { fieldSelector } };
    return names === undefined ? [every] : names.map((namespace) => ({ ...every, namespace }));
  });
}

/** Unknown when it may not be read or could not be read whole: that there is a Velero at all is known nevertheless. */
async function veleroTtlMs(api: KubeApi, discovery: Discovery, options: ListOptions): Promise<number | undefined> {
  try {
    const found = await Promise.all([veleroBackups, veleroSchedules].map((resource) => discovery.find(resource)));
    const lists = await Promise.all(
      found.map((each) => ('absent' in each ? { items: [] as VeleroTtl[] } : listAll(api, each, options))),
    );
    return longestTtlMs(lists.flatMap(({ items }) => items));
  } catch (error) {
    if (error instanceof SourceError) return undefined;
    throw error;
  }
}

function joined<T>(answers: readonly SectionAnswer<T>[]): { items: readonly T[]; unreadable: Unreadable } {
  const items: T[] = [];
  const unreadable: Unreadable = {};
  for (const answer of answers) {
    const list = 'items' in answer ? answer : { items: answer };
    for (const item of list.items) items.push(item);
    for (const [field, count] of Object.entries(('unreadable' in list && list.unreadable) || {}))
      unreadable[field] = (unreadable[field] ?? 0) + count;
  }
  return { items, unreadable };
}

/** No cluster is without it: a list that lacks it is not the whole list. */
function withKubeSystem<T extends { readonly name: string }>(listed: Listed<T>): Listed<T> {
  if (listed.items.some(({ name }) => name === 'kube-system')) return listed;
  throw new SourceError('badAnswer', 'the list of namespaces lacks kube-system, which every cluster has', {
    remedy: 'Check that the server address is that of a Kubernetes API server.',
  });
}

function partial(resource: Resource<unknown>): SourceError {
  return new SourceError('partialRights', `${resource.resource} may only be listed in some namespaces`, {
    remedy:
      'Bind the ClusterRole of cronjob/ cluster-wide and remove `namespaces` from the configuration of the cluster.',
  });
}
