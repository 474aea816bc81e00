import { CommanderError } from 'commander';
import { ConfigError, DeliveryError, HistoryError, LockError, SourceError } from '../errors.ts';
import type { Outcome } from './exit-code.ts';

/** Undefined for help and version, which are no failure. */
export function outcomeOf(error: unknown): Outcome | undefined {
  if (error instanceof CommanderError) return error.exitCode === 0 ? undefined : 'usage';
  if (error instanceof ConfigError) return 'usage';
  if (error instanceof LockError) return 'locked';
  if (error instanceof HistoryError) return 'history';
  if (error instanceof SourceError) return 'incomplete';
  if (error instanceof DeliveryError) return 'delivery';
  return 'unexpected';
}
