/** Two numbers decide every per-release difference: 13.0 and 13.3 are CORE, 22.02 … 25.10 and 26.0 are SCALE and after. */
export interface Release {
  readonly major: number;
  readonly minor: number;
  /** `13.0`, `24.10`, `26.0` */
  readonly text: string;
}

/** From `TrueNAS-13.0-U6.1`, `TrueNAS-SCALE-24.10.2`, `25.10.1`, `26.0.0-BETA.3`. The word SCALE proves nothing. */
export function parseRelease(version: string): Release | undefined {
  const match = /(\d+)\.(\d+)/.exec(version);
  if (match === null) return undefined;
  const [, major = '', minor = ''] = match;
  return { major: Number(major), minor: Number(minor), text: `${Number(major)}.${minor}` };
}

export function isAtLeast(release: Release, major: number, minor: number): boolean {
  return release.major > major || (release.major === major && release.minor >= minor);
}

export function isCore(release: Release): boolean {
  return release.major < 20;
}
