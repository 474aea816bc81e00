import type { Acknowledgement, GuardId } from '../../model/options.ts';
import { hasEnded } from '../../util/until.ts';

/** The acknowledgement in force that lifts this guard here. */
export function findAcknowledgement(
  acknowledge: readonly Acknowledgement[],
  guard: GuardId,
  scopes: readonly string[],
  now: Date,
): Acknowledgement | undefined {
  return acknowledge.find(
    (entry) => entry.guard === guard && scopes.includes(entry.scope) && !hasEnded(entry.until, now),
  );
}
