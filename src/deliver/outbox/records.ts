import { z } from 'zod';

/** What was to be delivered: written once, before anything is sent. */
export const OutboxEntry = z.object({
  formatVersion: z.literal(1),
  deployment: z.string(),
  kind: z.enum(['scan', 'report', 'webhook']),
  /** The run, or the period of a report. */
  of: z.string(),
  completeness: z.enum(['complete', 'partial']),
  /** Address or name of the webhook. */
  recipient: z.string(),
  createdAt: z.string(),
  expiresAt: z.string(),
  /** What could not be assessed, to tell a change by. */
  notAssessed: z.string(),
  /** Findings that it told as open. */
  open: z.number().int().default(0),
});
export type OutboxEntry = z.infer<typeof OutboxEntry>;

export type OutboxKey = Pick<OutboxEntry, 'deployment' | 'kind' | 'of' | 'completeness' | 'recipient'>;

/** One step in the life of an entry, each an object of its own that is created once and never changed. */
export const OutboxStep = z.object({
  state: z.enum(['claimed', 'sent', 'failed', 'refused', 'unknown', 'superseded', 'expired']),
  at: z.string(),
  by: z.string(),
  because: z.string().optional(),
});
export type OutboxStep = z.infer<typeof OutboxStep>;

export interface OutboxItem {
  readonly id: string;
  readonly entry: OutboxEntry;
  /** In the order of their making. */
  readonly steps: readonly OutboxStep[];
}

/** Open: to be sent. Sending: claimed, and nobody said how it ended. Settled: nothing is left to do. */
export function stateOf({ steps }: OutboxItem): 'open' | 'sending' | 'settled' {
  const last = steps.at(-1);
  if (last === undefined || last.state === 'failed') return 'open';
  return last.state === 'claimed' ? 'sending' : 'settled';
}
