import { backendsOf, type Guard } from './guard.ts';

const crds = ['volumeSnapshotContents', 'volumeSnapshots'] as const;

/** A cluster knows no VolumeSnapshots at all while its backend holds snapshots that a CSI driver named. */
export const crdsAbsent: Guard = (input) => {
  const { meta, scope } = input;
  const asked = crds.filter((name) => meta.needs.everyCluster?.includes(name) === true);
  if (asked.length === 0) return [];
  const hasSome =
    scope.links.snapshots.some(({ origin }) => origin === 'csi') ||
    scope.links.datasets.some(({ role }) => role === 'detachedSnapshot');
  if (!hasSome) return [];
  const clusters = new Set(backendsOf(input).map((backend) => backend.cluster));
  const without = scope.everyCluster.filter(
    (cluster) =>
      clusters.has(cluster.name) &&
      asked.some((name) => {
        const section = cluster.sections[name];
        return section.ok && section.absent !== undefined;
      }),
  );
  return without.map(({ name }) => ({
    guard: 'crds-absent',
    because: `cluster/${name} has no VolumeSnapshot resources while its backend holds snapshots of a CSI driver`,
    source: `cluster/${name}`,
  }));
};
