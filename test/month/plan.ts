import { newRandom, type Random } from '../../fixtures/builder/random.ts';

export const troubleKinds = [
  'apiServerRestart', // every connection cut in the middle of the lists, back after a moment
  'apiServerGone', // cut, and down for the rest of the attempt
  'nasReboot',
  'nasGone',
  'listFault', // one list is refused, cut short, too old or unreadable
  'historyDown', // disk full, or S3 answers 503
  'smtpDown',
  'pushgatewayDown',
  'killed', // SIGKILL before a write
  'terminated', // SIGTERM
  'slowNetwork',
  'clockJump', // of the NAS, a cluster or the scanner
] as const;
export type TroubleKind = (typeof troubleKinds)[number];

export interface Night {
  readonly trouble: TroubleKind | undefined;
  /** Whether the retry of the Job still meets it. */
  readonly persists: boolean;
  /** 0 ≤ x < 1: how hard, how late, which one. */
  readonly dice: readonly number[];
}

/** Every kind of trouble once, some again, and quiet nights between; the first two are quiet. */
export function planNights(seed: number, count: number): Night[] {
  const random = newRandom(seed * 7919);
  const extra = Array.from({ length: Math.max(0, Math.floor(count / 5)) }, () => random.pick(troubleKinds));
  const troubles: (TroubleKind | undefined)[] = [...troubleKinds, ...extra];
  while (troubles.length < count - 2) troubles.push(undefined);
  return [undefined, undefined, ...shuffle(troubles, random)]
    .slice(0, count)
    .map((trouble) => toNight(trouble, random));
}

export function toNight(trouble: TroubleKind | undefined, random: Random, persists = random.chance(0.5)): Night {
  return { trouble, persists, dice: Array.from({ length: 4 }, random.next) };
}

function shuffle<T>(items: readonly T[], random: Random): T[] {
  const left = [...items];
  const shuffled: T[] = [];
  while (left.length > 0) shuffled.push(...left.splice(random.int(0, left.length - 1), 1));
  return shuffled;
}
