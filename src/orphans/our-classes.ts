import type { Claim, StorageClass } from '../model/kubernetes.ts';
import type { VolumeLink } from '../model/links.ts';
import type { DeclaredBackend } from '../model/options.ts';

/**
 * Which claims are our business: those whose class is served by a driver that we know. A claim whose class does not
 * exist may be anybody's, so it is shown too.
 */
export function isOurClaim(
  claim: Claim,
  classes: readonly StorageClass[],
  drivers: ReadonlySet<string>,
): 'ours' | 'noClass' | 'missingClass' | 'foreign' {
  const name = claim.storageClass ?? classes.find((item) => item.isDefault)?.name;
  if (name === '') return 'foreign';
  if (name === undefined) return 'noClass';
  const found = classes.find((item) => item.name === name);
  if (found === undefined)
    return claim.provisioner === undefined || drivers.has(claim.provisioner) ? 'missingClass' : 'foreign';
  return drivers.has(found.provisioner) ? 'ours' : 'foreign';
}

/** Drivers of one cluster that keep volumes on a TrueNAS, by what is declared, seen on volumes, or plain from the name. */
export function ourDrivers(
  cluster: string,
  declared: readonly Pick<DeclaredBackend, 'cluster' | 'driver'>[],
  volumes: readonly VolumeLink[],
  classes: readonly StorageClass[],
): ReadonlySet<string> {
  return new Set([
    ...declared.filter((b) => b.cluster === cluster).map((b) => b.driver),
    ...volumes
      .filter((link) => link.cluster === cluster && link.outOfReach === undefined)
      .flatMap((link) => link.volume.csi?.driver ?? []),
    ...classes.map((item) => item.provisioner).filter((name) => /(?:^|\.)csi\.truenas\.io$|democratic-csi/.test(name)),
  ]);
}
