import { SourceError } from '../../../errors.ts';
import type { SectionAnswer } from '../../section.ts';
import type { ReadRows, RowReader, TrueNasClient } from '../client.ts';
import { NasCallError } from '../nas-error.ts';
import type { Release } from '../release.ts';

/** What a collector of one list needs; nothing more. */
export interface NasContext {
  readonly client: Pick<TrueNasClient, 'call' | 'list' | 'transport'>;
  readonly release: Release;
  readonly signal?: AbortSignal | undefined;
}

export interface QueryOptions {
  readonly filters?: readonly unknown[];
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** One unpaged `….query`, with only the fields used on the wire. */
export function query(
  { client, signal }: NasContext,
  method: string,
  select: readonly string[],
  { filters = [], extra }: QueryOptions = {},
): Promise<unknown> {
  return client.call(method, [filters, { select, ...(extra !== undefined && { extra }) }], { signal });
}

/** The same for lists of thousands: each row is read as it comes. */
export function queryRows<T>(
  { client, signal }: NasContext,
  method: string,
  select: readonly string[],
  begin: () => RowReader<T>,
  extra: Readonly<Record<string, unknown>>,
): Promise<ReadRows<T>> {
  return client.list(method, [[], { select, extra }], begin, { signal });
}

/** The release is known not to have the list: empty, and that is the whole truth. */
export function absent(because: string): { readonly items: readonly never[]; readonly absent: string } {
  return { items: [], absent: because };
}

/**
 * For lists that a release may or may not have: unknown to this NAS is `absent` there, any other failure is one. Where the
 * release is sure to have the method, "unknown" is a failure too, for an empty list of sessions would be believed.
 */
export async function orAbsent<T>(
  { release }: NasContext,
  method: string,
  mayLack: boolean,
  read: () => Promise<SectionAnswer<T>>,
): Promise<SectionAnswer<T>> {
  try {
    return await read();
  } catch (thrown) {
    if (mayLack && thrown instanceof NasCallError && thrown.isUnknownMethod && thrown.method === method) {
      return absent(`TrueNAS ${release.text} has no ${method}`);
    }
    throw thrown;
  }
}

/** For what is good to have: undefined when this NAS or account does not give it. */
export async function ifAllowed<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (thrown) {
    const isRefused = thrown instanceof SourceError && (thrown.kind === 'forbidden' || thrown.kind === 'notFound');
    if (isRefused) return undefined;
    throw thrown;
  }
}
