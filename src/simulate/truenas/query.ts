import { Failure } from './failure.ts';

/** A row of a query method, as JSON. */
export type Row = Readonly<Record<string, unknown>>;

export interface QueryOptions {
  readonly select?: readonly (string | readonly [string, string])[];
  readonly order_by?: readonly string[];
  readonly limit?: number;
  readonly offset?: number;
  readonly count?: boolean;
  readonly get?: boolean;
  readonly extra?: Readonly<Record<string, unknown>>;
}

export type Filter = readonly unknown[];

const maxLimit = 10_000;

/** Applies filters and options to a full list, as the middleware does for every query method. */
export function filterList(rows: readonly Row[], filters: readonly Filter[], options: QueryOptions): unknown {
  checkOptions(options);
  const tests = filters.map(buildTest);
  let found = tests.length === 0 ? rows : rows.filter((row) => tests.every((test) => test(row)));
  if (options.count === true) return found.length;
  found = order(found, options.order_by ?? []);
  if (options.get === true) {
    const [first] = found;
    if (first === undefined) throw new Failure('matchNotFound', 'MatchNotFound()');
    return selectFields(first, options.select);
  }
  const offset = options.offset ?? 0;
  const limit = options.limit ?? 0;
  if (offset > 0 || limit > 0) found = found.slice(offset, limit > 0 ? offset + limit : undefined);
  return options.select === undefined ? found : found.map((row) => selectFields(row, options.select));
}

function checkOptions(options: QueryOptions): void {
  for (const key of ['limit', 'offset'] as const) {
    const value = options[key];
    if (value === undefined) continue;
    if (!Number.isInteger(value)) throw new Failure('validation', 'Input should be a valid integer', `options.${key}`);
    if (value < 0) throw new Failure('validation', 'Input should be greater than or equal to 0', `options.${key}`);
  }
  if ((options.limit ?? 0) > maxLimit) {
    throw new Failure('validation', `Input should be less than or equal to ${maxLimit}`, 'options.limit');
  }
}

type Test = (row: Row) => boolean;

function buildTest(filter: Filter): Test {
  if (!Array.isArray(filter)) throw new Failure('validation', 'Filter must be a list', 'filters');
  if (filter[0] === 'OR' && filter.length === 2) {
    const parts = (filter[1] as readonly Filter[]).map((part) =>
      Array.isArray(part[0]) ? allOf(part) : buildTest(part),
    );
    return (row) => parts.some((test) => test(row));
  }
  const [field, operator, wanted] = filter;
  if (filter.length !== 3 || typeof field !== 'string' || typeof operator !== 'string') {
    throw new Failure('validation', `Invalid filter ${JSON.stringify(filter)}`, 'filters');
  }
  const compare = comparison(operator, wanted);
  const path = splitPath(field);
  return (row) => {
    const value = valueAt(row, path);
    return value !== undefined && compare(value);
  };
}

function allOf(parts: Filter): Test {
  const tests = (parts as readonly Filter[]).map(buildTest);
  return (row) => tests.every((test) => test(row));
}

function comparison(operator: string, wanted: unknown): (value: unknown) => boolean {
  const ignoreCase = operator.length > 1 && operator.startsWith('C');
  const fold = (value: unknown) => (ignoreCase ? lower(value) : value);
  const right = fold(wanted);
  const compare = operators[ignoreCase ? operator.slice(1) : operator]?.(right);
  if (compare === undefined) throw new Failure('validation', `Invalid operation: ${operator}`, 'filters');
  return ignoreCase ? (value) => compare(lower(value)) : compare;
}

function lower(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lower);
  return typeof value === 'string' ? value.toLowerCase() : value;
}

type Comparable = string | number;

const operators: Readonly<Record<string, (right: unknown) => (left: unknown) => boolean>> = {
  '=': (right) => (left) => isSame(left, right),
  '!=': (right) => (left) => !isSame(left, right),
  '>': (right) => (left) => left !== null && (left as Comparable) > (right as Comparable),
  '>=': (right) => (left) => left !== null && (left as Comparable) >= (right as Comparable),
  '<': (right) => (left) => left !== null && (left as Comparable) < (right as Comparable),
  '<=': (right) => (left) => left !== null && (left as Comparable) <= (right as Comparable),
  '~': (right) => {
    // Python's re.match: anchored at the beginning only.
    const pattern = new RegExp(`^(?:${String(right)})`);
    return (left) => pattern.test(String(left));
  },
  in: (right) => {
    const wanted = new Set(right as readonly unknown[]);
    return (left) => wanted.has(left);
  },
  nin: (right) => {
    const unwanted = new Set(right as readonly unknown[]);
    return (left) => !unwanted.has(left);
  },
  rin: (right) => (left) => contains(left, right),
  rnin: (right) => (left) => left !== null && !contains(left, right),
  '^': (right) => (left) => typeof left === 'string' && left.startsWith(String(right)),
  '!^': (right) => (left) => typeof left === 'string' && !left.startsWith(String(right)),
  $: (right) => (left) => typeof left === 'string' && left.endsWith(String(right)),
  '!$': (right) => (left) => typeof left === 'string' && !left.endsWith(String(right)),
};

function isSame(left: unknown, right: unknown): boolean {
  return left === right || (typeof left === 'object' && JSON.stringify(left) === JSON.stringify(right));
}

function contains(left: unknown, right: unknown): boolean {
  return Array.isArray(left) ? left.includes(right) : typeof left === 'string' && left.includes(String(right));
}

/** `properties.used.rawvalue`; a literal dot is written `\\.`. */
function splitPath(field: string): readonly string[] {
  if (!field.includes('.')) return [field];
  return field.split(/(?<!\\)\./).map((part) => part.replaceAll('\\.', '.'));
}

function valueAt(row: unknown, path: readonly string[]): unknown {
  let value = row;
  for (const key of path) {
    if (value === null || typeof value !== 'object') return undefined;
    value = (value as Row)[key];
  }
  return value;
}

function order(rows: readonly Row[], keys: readonly string[]): readonly Row[] {
  let sorted = rows;
  for (const key of keys.toReversed()) {
    const plain = key.replace(/^nulls_(first|last):/, '');
    const descending = plain.startsWith('-');
    const path = splitPath(descending ? plain.slice(1) : plain);
    const sign = descending ? -1 : 1;
    sorted = sorted.toSorted((a, b) => sign * rank(valueAt(a, path), valueAt(b, path)));
  }
  return sorted;
}

function rank(a: unknown, b: unknown): number {
  if (a === b) return 0;
  if (a === null || a === undefined) return -1;
  if (b === null || b === undefined) return 1;
  return (a as Comparable) < (b as Comparable) ? -1 : 1;
}

function selectFields(row: Row, select: QueryOptions['select']): Row {
  if (select === undefined || select.length === 0) return row;
  const chosen: Record<string, unknown> = {};
  for (const entry of select) {
    const [field, alias] = typeof entry === 'string' ? [entry, undefined] : entry;
    const path = splitPath(field);
    const value = valueAt(row, path);
    if (value === undefined) continue;
    if (alias === undefined) put(chosen, path, value);
    else chosen[alias] = value;
  }
  return chosen;
}

function put(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let place = target;
  for (const key of path.slice(0, -1)) {
    place[key] ??= {};
    place = place[key] as Record<string, unknown>;
  }
  place[path.at(-1) ?? ''] = value;
}
