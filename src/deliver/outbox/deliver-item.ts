import { AppError } from '../../errors.ts';
import type { Outcome } from '../outcome.ts';
import type { Outbox } from './outbox.ts';
import type { OutboxItem, OutboxStep } from './records.ts';

export interface Attempt {
  readonly now: () => Date;
  /** The scan that tries. */
  readonly by: string;
  readonly send: (message: Uint8Array) => Promise<Outcome>;
}

/** Claims, sends, and writes down how it ended. Undefined when somebody else has claimed it. */
export async function deliverItem(outbox: Outbox, item: OutboxItem, attempt: Attempt): Promise<Outcome | undefined> {
  const message = await outbox.message(item.id);
  if (message === undefined) return { state: 'failed', because: 'its message is missing from the outbox' };
  const claim: OutboxStep = { state: 'claimed', at: attempt.now().toISOString(), by: attempt.by };
  if (!(await outbox.step(item, claim))) return undefined;
  const outcome = await trySend(attempt, message);
  await outbox.step({ ...item, steps: [...item.steps, claim] }, toStep(outcome, attempt));
  return outcome;
}

/** A known error is thrown only before anything went out: a credential that cannot be read, a token that was not given. */
async function trySend({ send }: Attempt, message: Uint8Array): Promise<Outcome> {
  try {
    return await send(message);
  } catch (error) {
    if (error instanceof AppError) return { state: 'failed', because: error.message };
    throw error;
  }
}

function toStep(outcome: Outcome, { now, by }: Attempt): OutboxStep {
  const at = now().toISOString();
  if (outcome.state === 'sent') return { state: 'sent', at, by };
  const state = outcome.state === 'tooLarge' ? 'refused' : outcome.state;
  return { state, at, by, because: outcome.because };
}
