import { crdsAbsent } from './crds-absent.ts';
import { emptyList } from './empty-list.ts';
import type { Guard } from './guard.ts';
import { hiddenName } from './hidden-name.ts';
import { identityChanged } from './identity-changed.ts';
import { noVolumes } from './no-volumes.ts';
import { parentMissing } from './parent-missing.ts';

/** Asked before a check that proves absence runs, most telling first. */
export const guards: readonly Guard[] = [identityChanged, emptyList, hiddenName, parentMissing, noVolumes, crdsAbsent];
