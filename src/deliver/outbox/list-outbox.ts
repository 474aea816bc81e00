import type { Outbox } from './outbox.ts';
import { stateOf } from './records.ts';

/** One entry of the outbox, as `deliver list` shows it. */
export interface OutboxLine {
  readonly recipient: string;
  readonly kind: string;
  readonly of: string;
  readonly completeness: string;
  readonly createdAt: string;
  /** `waiting` is sent by the next run, `sending` was claimed and not yet told how it ended. */
  readonly state: string;
  readonly because?: string;
}

/** Newest first. */
export async function listOutbox(outbox: Outbox, deployment: string): Promise<readonly OutboxLine[]> {
  const items = await outbox.list(deployment);
  return items.toReversed().map((item) => {
    const { recipient, kind, of, completeness, createdAt } = item.entry;
    const last = item.steps.at(-1);
    const state = stateOf(item);
    return {
      recipient,
      kind,
      of,
      completeness,
      createdAt,
      state: state === 'open' ? 'waiting' : state === 'sending' ? 'sending' : (last?.state ?? 'unknown'),
      ...(last?.because !== undefined && { because: last.because }),
    };
  });
}
