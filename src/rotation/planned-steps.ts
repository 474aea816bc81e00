import type { RotationStep } from '../model/rotation.ts';
import type { RotationPlan } from './build-plan.ts';

/** What a run that may act would do now. */
export function plannedSteps(
  plan: RotationPlan,
  { overlapMs }: { readonly overlapMs: number },
): readonly RotationStep[] {
  const finishing = plan.leftovers.map(
    ({ id, isSafe, note }): RotationStep => ({ what: 'delete', keyId: id, status: isSafe ? 'planned' : 'later', note }),
  );
  if (!plan.isDue) return finishing;
  const last = plan.keys.find(({ role }) => role === 'inUse');
  const making = (['create', 'prove', 'store', 'readBack'] as const).map(
    (what): RotationStep => ({ what, status: 'planned' }),
  );
  const status = overlapMs > 0 ? 'later' : 'planned';
  return [...finishing, ...making, { what: 'delete', status, ...(last !== undefined && { keyId: last.id }) }];
}
