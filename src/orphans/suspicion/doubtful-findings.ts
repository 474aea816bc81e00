import type { FindingDraft } from '../../model/finding.ts';
import type { NasInventory } from '../../model/truenas.ts';
import { parentOf } from '../../util/names.ts';
import type { Suspicion } from './guard.ts';
import { doubtAboutName, doubtBelow } from './places.ts';

/** Why one finding is not to be believed: something it says is absent would lie where the NAS shows nothing at all. */
export function doubtOf(finding: FindingDraft, nases: ReadonlyMap<string, NasInventory>): Suspicion | undefined {
  for (const { source, kind, name, expect } of finding.premises) {
    if (expect !== 'absent' || (kind !== 'dataset' && kind !== 'snapshot')) continue;
    const nas = source.startsWith('nas/') ? nases.get(source.slice('nas/'.length)) : undefined;
    if (nas === undefined) continue;
    const dataset = name.split('@', 1)[0] ?? name;
    const parent = parentOf(dataset);
    const doubt = doubtAboutName(nas, dataset) ?? (parent === undefined ? undefined : doubtBelow(nas, parent));
    if (doubt !== undefined) return doubt;
  }
  return undefined;
}
