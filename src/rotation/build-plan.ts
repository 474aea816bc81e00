import type { RotationKey } from '../model/rotation.ts';
import type { NasApiKey } from '../model/truenas.ts';
import { parseKeyName } from './key-name.ts';

export interface RotationFacts {
  readonly deployment: string;
  readonly nas: string;
  readonly account: string;
  /** Identity of the store. */
  readonly store: string;
  /** Id in the text of the stored key. */
  readonly storedId: number | undefined;
  /** The stored key logs in. */
  readonly works: boolean;
  readonly keys: readonly NasApiKey[];
  readonly ownKeyId: number | undefined;
  /** The clock of the NAS, or ours. */
  readonly nowMs: number;
  readonly afterMs: number;
  readonly overlapMs: number;
  readonly isForced: boolean;
}

export interface RotationPlan {
  readonly keys: readonly RotationKey[];
  /** Keys to delete first, each with the moment from which that is safe. */
  readonly leftovers: readonly Leftover[];
  readonly isDue: boolean;
  /** Why, or why not: one sentence. */
  readonly because: string;
}

export interface Leftover {
  readonly id: number;
  readonly role: 'replaced' | 'leftover';
  readonly isSafe: boolean;
  readonly note: string;
}

const dayMs = 86_400_000;
/** Another rotation may be at work: what it has just made is left alone. */
const otherRunMs = 3_600_000;

/**
 * What an interrupted run left, and whether the stored key is to be replaced. Only keys of the same account are ever
 * deleted, and only those whose place in a rotation is certain: made by us and not stored, or named by the stored key as
 * its predecessor and older than it.
 */
export function buildPlan(facts: RotationFacts): RotationPlan {
  const own = facts.keys.filter(({ username, id }) => username === facts.account && id !== facts.ownKeyId);
  const stored = own.find(({ id }) => id === facts.storedId);
  const roleOf = (key: NasApiKey): RotationKey['role'] => {
    if (key === stored) return 'inUse';
    if (stored !== undefined && isPredecessor(key, stored, facts)) return 'replaced';
    return parseKeyName(key.name, facts) === undefined ? 'other' : 'leftover';
  };
  const leftovers = own.flatMap((key) => toLeftover(key, roleOf(key), stored, facts));
  const isOverlapping = leftovers.some(({ role, isSafe }) => role === 'replaced' && !isSafe);
  return {
    keys: own.map((key) => ({
      ...{ id: key.id, name: key.name, role: roleOf(key) },
      ...(key.createdAt !== undefined && { createdAt: key.createdAt }),
      ...(key.expiresAt !== undefined && { expiresAt: key.expiresAt }),
    })),
    leftovers,
    ...dueness(stored, isOverlapping, facts),
  };
}

/** Ids may be used again by the NAS: a predecessor is older than its successor. */
function isPredecessor(key: NasApiKey, stored: NasApiKey, facts: RotationFacts): boolean {
  const { createdAt } = key;
  if (parseKeyName(stored.name, facts)?.replaces !== key.id) return false;
  return createdAt !== undefined && stored.createdAt !== undefined && createdAt < stored.createdAt;
}

function toLeftover(
  key: NasApiKey,
  role: RotationKey['role'],
  stored: NasApiKey | undefined,
  facts: RotationFacts,
): readonly Leftover[] {
  if (role !== 'replaced' && role !== 'leftover') return [];
  const note = role === 'replaced' ? 'its successor is stored and works' : 'made by a rotation that did not store it';
  if (!facts.works) return [{ id: key.id, role, isSafe: false, note: 'the stored key does not work' }];
  const sinceMs = facts.nowMs - Date.parse((role === 'replaced' ? stored?.createdAt : key.createdAt) ?? '');
  const overlapMs = facts.isForced ? 0 : facts.overlapMs; // who hurries does not want old keys to live on
  const waitMs = role === 'replaced' ? overlapMs : otherRunMs;
  if (sinceMs >= waitMs) return [{ id: key.id, role, isSafe: true, note }];
  const waits =
    role === 'replaced' ? 'the overlap is not over' : 'it is less than an hour old: another rotation may be under way';
  return [{ id: key.id, role, isSafe: false, note: waits }];
}

/** While two keys are alive no third is made: the first would be forgotten. */
function dueness(
  stored: NasApiKey | undefined,
  isOverlapping: boolean,
  { works, isForced, afterMs, nowMs }: RotationFacts,
): Pick<RotationPlan, 'isDue' | 'because'> {
  if (!works) return { isDue: true, because: 'the stored key does not let anybody in' };
  if (isOverlapping) return { isDue: false, because: 'the overlap of the rotation before is not over' };
  const ageMs = nowMs - Date.parse(stored?.createdAt ?? '');
  if (Number.isNaN(ageMs)) return { isDue: true, because: 'the age of the stored key is not known' };
  const age = `the stored key is ${Math.max(0, Math.floor(ageMs / dayMs))} days old`;
  if (isForced) return { isDue: true, because: `${age}, and --now was given` };
  if (ageMs >= afterMs) return { isDue: true, because: `${age}; it is replaced after ${Math.floor(afterMs / dayMs)}` };
  return { isDue: false, because: `${age}; it is replaced after ${Math.floor(afterMs / dayMs)}` };
}
