import type { Outbox } from './outbox.ts';
import { type OutboxItem, type OutboxStep, stateOf } from './records.ts';

/** A claim older than this was left by a process that is gone: no delivery takes so long. */
const sendWindowMs = 10 * 60_000;

/**
 * What earlier runs left: mails that died between claim and answer are marked unknown and never sent again, old ones
 * expire. Returns a sentence for each, told once; the next report shows them.
 */
export async function settleOutbox(outbox: Outbox, deployment: string, now: Date, by: string): Promise<string[]> {
  const told: string[] = [];
  for (const item of await outbox.list(deployment)) {
    const step = settlement(item, now, by);
    if (isForgettable(item, now)) await outbox.remove(item);
    else if (step !== undefined && (await outbox.step(item, step))) told.push(sentenceOf(item, step.state));
  }
  return told;
}

/** Long after every retry of its run. */
const keptMs = 90 * 86_400_000;

function isForgettable(item: OutboxItem, now: Date): boolean {
  return stateOf(item) === 'settled' && now.getTime() - Date.parse(item.entry.createdAt) > keptMs;
}

function settlement(item: OutboxItem, now: Date, by: string): OutboxStep | undefined {
  const at = now.toISOString();
  const state = stateOf(item);
  const last = item.steps.at(-1);
  if (state === 'sending' && last !== undefined && last.by !== by && now.getTime() - Date.parse(last.at) > sendWindowMs)
    return { state: 'unknown', at, by, because: 'the run ended while it was being sent' };
  if (state === 'open' && now.getTime() > Date.parse(item.entry.expiresAt)) return { state: 'expired', at, by };
  return undefined;
}

function sentenceOf({ entry }: OutboxItem, state: OutboxStep['state']): string {
  const what = `The message of ${entry.of} to ${entry.recipient}`;
  return state === 'unknown'
    ? `${what} may or may not have arrived: the run ended while it was being sent. It is not sent again.`
    : `${what} could not be delivered in time and was given up.`;
}
