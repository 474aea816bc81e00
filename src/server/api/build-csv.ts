import { toCsv } from '../../util/csv.ts';
import type { Collection } from './collection.ts';
import { listScalarPaths, valueAt } from './fields.ts';

/** A column for every single value of the items, whether one of them has it or not. */
export function buildCsv({ item }: Pick<Collection, 'item'>, items: readonly object[], fields?: string): string {
  const wanted = fields?.split(',');
  const columns = listScalarPaths(item).filter((path) => wanted?.includes(path.split('.')[0] ?? '') ?? true);
  return toCsv(
    columns,
    items.map((each) => columns.map((path) => toCell(valueAt(each, path)))),
  );
}

function toCell(value: unknown): string | number | boolean | undefined {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return value === undefined ? undefined : JSON.stringify(value);
}
