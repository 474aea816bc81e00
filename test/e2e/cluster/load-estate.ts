import type { ClusterState, KubeObject } from '../../../src/simulate/estate.ts';
import type { Cluster } from './cluster.ts';
import type { Loader } from './load.ts';

/** In this order each kind finds what it refers to by UID. Nodes and workloads stay out: controllers would act on them. */
const order = [
  ...['Namespace', 'StorageClass', 'CSIDriver', 'PersistentVolumeClaim', 'PersistentVolume'],
  ...['VolumeSnapshotClass', 'VolumeSnapshot', 'VolumeSnapshotContent'],
];

/**
 * Puts the storage objects of an estate into a real cluster. The API server gives UIDs and creation times of its own:
 * references by UID follow, ages do not (set `checks.minAge: 0s`). Phases are the real controllers' business.
 */
export async function loadEstate(loader: Loader, cluster: ClusterState): Promise<void> {
  const uids = new Map<string, string>();
  for (const kind of order) {
    const objects = cluster.objects
      .filter((object) => object.kind === kind && !object.metadata.name.startsWith('kube-'))
      .map((object) => withUids(object, uids));
    const created = await loader.create(objects);
    const byName = new Map(created.map(({ namespace = '', name, uid }) => [`${namespace}/${name}`, uid]));
    for (const { metadata } of cluster.objects.filter((object) => object.kind === kind)) {
      const uid = byName.get(`${metadata.namespace ?? ''}/${metadata.name}`);
      if (uid !== undefined) uids.set(metadata.uid, uid);
    }
  }
}

/**
 * True once the controllers gave claims and volumes the phases of the estate; undefined before. A claim is made before
 * its volume, so for a moment the real controller calls it Lost.
 */
export async function arePhasesSettled(cluster: Cluster, { objects }: ClusterState): Promise<true | undefined> {
  const told = JSON.parse(await cluster.kc(['get', 'pvc,pv', '-A', '-o', 'json'])) as { items: KubeObject[] };
  const phases = new Map(told.items.map((object) => [nameOf(object), phaseOf(object)]));
  const judged = objects.filter(
    (object) => /^PersistentVolume(Claim)?$/.test(object.kind) && ['Bound', 'Released'].includes(phaseOf(object) ?? ''),
  );
  return judged.every((object) => phases.get(nameOf(object)) === phaseOf(object)) ? true : undefined;
}

function nameOf({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
}

function phaseOf(object: KubeObject): string | undefined {
  return (object['status'] as { phase?: string } | undefined)?.phase;
}

/** What a driver's chart and the kubelets leave in the API: for clusters whose controller-manager is about to be stopped. */
export async function loadDrivers(loader: Loader, cluster: ClusterState): Promise<void> {
  for (const kind of ['Node', 'CSINode', 'VolumeAttachment', 'Lease', 'Pod']) {
    const isDriver = ({ metadata }: KubeObject) => kind !== 'Pod' || /csi|snapshot-controller/.test(metadata.name);
    await loader.create(cluster.objects.filter((object) => object.kind === kind && isDriver(object)));
  }
}

/** Only whole values are UIDs to follow: in a name or a handle they are part of what the driver once called it. */
function withUids(object: KubeObject, uids: ReadonlyMap<string, string>): KubeObject {
  return JSON.parse(JSON.stringify(object), (_, value: unknown) =>
    typeof value === 'string' ? (uids.get(value) ?? value) : value,
  ) as KubeObject;
}
