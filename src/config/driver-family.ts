import type { DriverFamily } from '../model/backend.ts';

/** Which driver stands behind a CSI driver name, where the name tells: both let the installer choose another. */
export function familyOfDriver(name: string): DriverFamily | undefined {
  if (name === 'csi.truenas.io' || name.endsWith('.csi.truenas.io')) return 'truenas-csi';
  if (/(^|[.-])democratic-csi([.-]|$)/.test(name)) return 'democratic-csi';
  return undefined;
}
