import type { ScanResult } from '../../model/scan-result.ts';
import { keyOfView, sees, type View } from '../auth/caller.ts';
import { HttpProblem } from '../problem.ts';
import type { Collection, ListQuery } from './collection.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { valueAt } from './fields.ts';

export interface Page {
  readonly scan: { readonly id: string; readonly finishedAt: string; readonly complete: boolean };
  readonly notAssessed: number;
  readonly total: number;
  readonly items: readonly object[];
  readonly next?: string;
}

/** Everything of the collection that this caller sees and asked for, in the order asked for. */
export function selectItems(
  collection: Collection,
  result: ScanResult,
  view: View,
  query: ListQuery,
): readonly object[] {
  const wishes = Object.entries(collection.filters).flatMap(([name, filter]) => {
    const wanted = query[name];
    return typeof wanted === 'string' ? [{ filter, wanted: wanted.split(',') }] : [];
  });
  const shown = collection.items(result).filter(
    (item) =>
      (view.isAll || sees(view, collection.placeOf(item as never, result))) &&
      wishes.every(({ filter, wanted }) => {
        const value = filter.read(item as never, result);
        return wanted.some((each) => (filter.accepts === undefined ? value === each : filter.accepts(value, each)));
      }),
  );
  return sortItems(shown, query.sort);
}

/** One page. All pages of one reading come from one result: when a newer one has come, the cursor is gone. */
export function buildPage(
  collection: Collection,
  result: ScanResult,
  view: View,
  query: ListQuery,
  items: readonly object[] = selectItems(collection, result, view, query),
): Page {
  const { id, finishedAt, complete } = result.scan;
  const { limit, cursor, format: _, ...wishes } = query;
  const asked = JSON.stringify([collection.name, keyOfView(view), Object.entries(wishes).toSorted()]);
  const start = cursor === undefined ? 0 : readCursor(cursor, id, asked);
  if (start > items.length) throw new HttpProblem(400, 'the cursor is not one of this list', startAgain);
  const end = start + limit;
  return {
    scan: { id, finishedAt, complete },
    notAssessed: result.summary.notAssessed.length,
    total: items.length,
    items: items.slice(start, end).map((item) => pick(item, query.fields)),
    ...(end < items.length && { next: writeCursor(end, id, asked) }),
  };
}

const startAgain = 'Start again without a cursor.';

function pick(item: object, fields: string | undefined): object {
  if (fields === undefined) return item;
  const wanted = fields.split(',');
  return Object.fromEntries(Object.entries(item).filter(([key]) => wanted.includes(key)));
}

/** What is unknown stands last, whatever the direction. Equal ones keep the order of the result. */
function sortItems(items: readonly object[], sort: string | undefined): readonly object[] {
  if (sort === undefined) return items;
  const orders = sort.split(',').map((key) => ({ path: key.replace(/^-/, ''), sign: key.startsWith('-') ? -1 : 1 }));
  // The values are read once per item, not once per comparison.
  const keyed = items.map((item) => ({ item, keys: orders.map(({ path }) => toKey(valueAt(item, path), path)) }));
  keyed.sort((a, b) => {
    for (const [index, { sign }] of orders.entries()) {
      const order = compare(a.keys[index], b.keys[index], sign);
      if (order !== 0) return order;
    }
    return 0;
  });
  return keyed.map(({ item }) => item);
}

type Key = number | string | undefined;

function toKey(value: unknown, path: string): Key {
  if (value === undefined || typeof value === 'number') return value;
  return path === 'severity' ? ranks.indexOf(String(value)) : String(value);
}

function compare(a: Key, b: Key, sign: number): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return a === b ? 0 : a < b ? -sign : sign;
}

const ranks = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'];
