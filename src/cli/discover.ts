import { familyOfDriver } from '../config/driver-family.ts';
import type { DriverFamily } from '../model/backend.ts';
import type { Inventory } from '../model/inventory.ts';
import type { PersistentVolume } from '../model/kubernetes.ts';

/** What the volumes of the clusters tell about backends, before any NAS is known. */
export interface Discovery {
  readonly clusters: readonly { readonly name: string; readonly unread?: string }[];
  readonly backends: readonly DiscoveredBackend[];
}

export interface DiscoveredBackend {
  readonly cluster: string;
  readonly driver: string;
  readonly family: DriverFamily;
  /** Hosts that the volumes name, without ports. */
  readonly servers: readonly string[];
  /** Datasets above the shares' paths; only a proposal, for a mount point need not be the dataset's name. */
  readonly parents: readonly string[];
  readonly volumes: number;
}

export function discoverBackends(inventory: Inventory): Discovery {
  return {
    clusters: inventory.clusters.map(({ name, sections: { persistentVolumes } }) => ({
      name,
      ...(!persistentVolumes.ok && { unread: persistentVolumes.error.message }),
    })),
    backends: inventory.clusters.flatMap(({ name, sections: { persistentVolumes } }) =>
      persistentVolumes.ok ? groupByDriver(name, persistentVolumes.items) : [],
    ),
  };
}

function groupByDriver(cluster: string, volumes: readonly PersistentVolume[]): readonly DiscoveredBackend[] {
  const groups = new Map<string, { readonly family: DriverFamily; readonly members: PersistentVolume[] }>();
  for (const volume of volumes) {
    const family = familyOfVolume(volume);
    if (volume.csi === undefined || family === undefined) continue;
    const group = groups.get(volume.csi.driver) ?? { family, members: [] };
    group.members.push(volume);
    groups.set(volume.csi.driver, group);
  }
  return [...groups].map(([driver, { family, members }]) => ({
    cluster,
    driver,
    family,
    servers: distinct(members.map(serverOf)),
    parents: distinct(members.map(parentOf)),
    volumes: members.length,
  }));
}

function familyOfVolume({ csi }: PersistentVolume): DriverFamily | undefined {
  const provisioner = csi?.attributes['provisioner_driver'];
  if (provisioner !== undefined) return /^(free|true)nas-/.test(provisioner) ? 'democratic-csi' : undefined;
  const family = familyOfDriver(csi?.driver ?? '');
  return family === 'truenas-csi' ? family : undefined;
}

function serverOf({ csi }: PersistentVolume): string | undefined {
  const { server, portal, nfsServer, targetPortal } = csi?.attributes ?? {};
  const address = server ?? nfsServer ?? portal ?? targetPortal;
  return address
    ?.replace(/,.*$/, '')
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1');
}

function parentOf({ csi }: PersistentVolume): string | undefined {
  const path = csi?.attributes['share'] ?? csi?.attributes['nfsPath'];
  return path === undefined ? undefined : /^\/mnt\/(.+)\/[^/]+$/.exec(path)?.[1];
}

function distinct(values: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(values.filter((value) => value !== undefined && value !== ''))].toSorted() as string[];
}
