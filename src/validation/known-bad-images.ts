import { isBefore, parseImage } from './images.ts';

/** What is known to go wrong with this image, started with these arguments. */
export function imageProblems(image: string, args: readonly string[]): string[] {
  const { name, tag, version } = parseImage(image);
  const isPinned = image.includes('@sha256:');
  if (name === 'democratic-csi') {
    const isMoving = !isPinned && (tag === undefined || tag === 'latest' || tag === 'next');
    return isMoving ? [`democratic-csi:${tag ?? 'latest'} is not pinned: a restart may bring another version`] : [];
  }
  if (version === undefined) return [];
  const label = `${name} ${tag}`;
  // external-provisioner: HonorPVReclaimPolicy is alpha (off) from 3.1, on by default from 5.0.
  if (name === 'csi-provisioner' && isBefore(version, [5, 0]) && !honorsReclaimPolicy(args)) {
    return [`${label} leaves the volume on the NAS when the PersistentVolume is deleted before its claim`];
  }
  // truenas-csi #69: snapshots were deleted with defer=false and the error was dropped.
  if (name === 'truenas-csi' && isBefore(version, [1, 3, 1])) {
    return [`${label} leaves snapshots behind on the NAS and reports success`];
  }
  return [];
}

function honorsReclaimPolicy(args: readonly string[]): boolean {
  return args.some((arg) => /HonorPVReclaimPolicy=true/i.test(arg));
}
