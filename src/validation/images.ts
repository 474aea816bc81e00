/** `registry:5000/a/csi-provisioner:v3.6.0@sha256:…` → name, tag and the version in it. */
export function parseImage(image: string) {
  const [path = ''] = image.split('@', 1);
  const match = /([^/:]+)(?::([^:/]+))?$/.exec(path);
  const tag = match?.[2];
  return { name: match?.[1] ?? '', tag, version: parseVersion(tag) };
}

/** `v3.6.0` → [3, 6, 0]; undefined for what is no version (`latest`, `next`). */
export function parseVersion(text: string | undefined): readonly number[] | undefined {
  const match = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(text ?? '');
  return match === null ? undefined : match.slice(1).map((part) => Number(part ?? 0));
}

/** Compares part by part; a missing part counts as 0. */
export function isBefore(version: readonly number[], limit: readonly number[]): boolean {
  for (let index = 0; index < 3; index += 1) {
    const difference = (version[index] ?? 0) - (limit[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
