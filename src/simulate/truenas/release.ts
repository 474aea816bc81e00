import type { Release } from '../estate.ts';

export const releases: readonly Release[] = ['core-13', '22.12', '24.10', '25.04', '25.10', '26'];

/** Is it this release or a later one? */
export function isSince(release: Release, first: Release): boolean {
  return releases.indexOf(release) >= releases.indexOf(first);
}

/** `system.version` and the version inside `system.info`. */
export function versionsOf(release: Release): {
  readonly version: string;
  readonly short: string;
  readonly info: string;
} {
  return versions[release];
}

const versions = {
  'core-13': { version: 'TrueNAS-13.0-U6.1', short: '13.0-U6.1', info: 'TrueNAS-13.0-U6.1' },
  '22.12': { version: 'TrueNAS-SCALE-22.12.4.2', short: '22.12.4.2', info: 'TrueNAS-SCALE-22.12.4.2' },
  '24.10': { version: 'TrueNAS-SCALE-24.10.2', short: '24.10.2', info: 'TrueNAS-SCALE-24.10.2' },
  '25.04': { version: 'TrueNAS-25.04.2', short: '25.04.2', info: '25.04.2' },
  '25.10': { version: 'TrueNAS-25.10.2', short: '25.10.2', info: '25.10.2' },
  '26': { version: 'TrueNAS-26.0.0', short: '26.0.0', info: '26.0.0' },
} as const;

/** What `GET /api/versions` lists; undefined where the path does not exist. */
export function apiVersionsOf(release: Release): readonly string[] | undefined {
  if (!isSince(release, '25.04')) return undefined;
  const fangtooth = ['v25.04.0', 'v25.04.1', 'v25.04.2'];
  if (release === '25.04') return fangtooth;
  const goldeye = [...fangtooth, 'v25.10.0', 'v25.10.1', 'v25.10.2'];
  if (release === '25.10') return goldeye;
  return [...goldeye, 'v25.10.3', 'v25.10.4', 'v25.10.5', 'v26.0.0'];
}
