import { defined } from '../../util/defined.ts';
import { type Item, isObject, text, time, valueAt } from './item.ts';

export interface StatusError {
  readonly message: string;
  readonly at?: string;
}

/** `{message, time}` as snapshots and attachments carry it. Both may be missing; that there is an error is kept. */
export function toStatusError(item: Item, ...path: readonly string[]): StatusError | undefined {
  if (!isObject(valueAt(item.json, path))) return undefined;
  return defined({ message: text(item, ...path, 'message') ?? '', at: time(item, ...path, 'time') });
}
