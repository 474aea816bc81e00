import type { VolumeSnapshot, VolumeSnapshotClass, VolumeSnapshotContent } from '../model/kubernetes.ts';
import type { VolumeLink } from '../model/links.ts';

/** Whether a VolumeSnapshot is our drivers' business: by its content, its class, or the volume of its source claim. */
export function snapshotDriver(
  contents: readonly VolumeSnapshotContent[],
  classes: readonly VolumeSnapshotClass[],
  volumes: readonly VolumeLink[],
): (snapshot: VolumeSnapshot) => 'ours' | 'foreign' | 'unknown' {
  const drivers = new Set(
    volumes.flatMap((link) => (link.outOfReach === undefined ? (link.volume.csi?.driver ?? []) : [])),
  );
  const driverOfContent = new Map(contents.map((content) => [content.name, content.driver]));
  const driverOfClass = new Map(classes.map((item) => [item.name, item.driver]));
  const ourClaims = new Set(
    volumes.flatMap(({ volume }) =>
      volume.claim === undefined ? [] : [`${volume.claim.namespace}/${volume.claim.name}`],
    ),
  );
  return (snapshot) => {
    const driver = driverOfContent.get(snapshot.boundContent ?? '') ?? driverOfClass.get(snapshot.snapshotClass ?? '');
    if (driver !== undefined) return drivers.has(driver) ? 'ours' : 'foreign';
    if (snapshot.sourceClaim === undefined) return 'unknown';
    return ourClaims.has(`${snapshot.namespace}/${snapshot.sourceClaim}`) ? 'ours' : 'unknown';
  };
}
