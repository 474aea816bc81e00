import type { DriverFamily } from '../model/backend.ts';
import type { RuleView } from '../model/rule.ts';

const byName: readonly (readonly [RegExp, DriverFamily])[] = [
  [/(^|\.)csi\.truenas\.io$/, 'truenas-csi'],
  [/democratic-csi/, 'democratic-csi'],
];

/** The family of a driver of this cluster: as its backend says, else by its name; undefined for drivers that are not ours. */
export function familyOf(view: Pick<RuleView, 'cluster' | 'links'>, driver: string): DriverFamily | undefined {
  const backend = view.links.backends.find((known) => known.cluster === view.cluster.name && known.driver === driver);
  return backend?.family ?? byName.find(([pattern]) => pattern.test(driver))?.[1];
}

/** Keeps what belongs to drivers of ours. */
export function ours<T>(
  view: Pick<RuleView, 'cluster' | 'links'>,
  items: readonly T[],
  driverOf: (item: T) => string,
): T[] {
  return items.filter((item) => familyOf(view, driverOf(item)) !== undefined);
}
