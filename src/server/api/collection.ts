import { z } from 'zod';
import type { ScanResult } from '../../model/scan-result.ts';
import { listScalarPaths } from './fields.ts';

/** A list of the API: where it comes from in a result, whom its items belong to, and what it can be narrowed by. */
export interface Collection {
  readonly name: string;
  readonly summary: string;
  readonly item: z.ZodObject;
  readonly items: (result: ScanResult) => readonly object[];
  /** `CLUSTER/NAMESPACE`; undefined for what only those see who see everything. */
  readonly placeOf: (item: never, result: ScanResult) => string | undefined;
  /** Query parameter → what it is compared with. Several values: any of them. */
  readonly filters: Readonly<Record<string, Filter>>;
}

export interface Filter {
  readonly describe: string;
  readonly values?: readonly string[];
  readonly read: (item: never, result: ScanResult) => string | undefined;
  /** Instead of being equal. */
  readonly accepts?: (value: string | undefined, wanted: string) => boolean;
}

/** Keeps the types together while it is written down. */
export function defineCollection<T extends object>(
  collection: Omit<Collection, 'items' | 'placeOf' | 'filters'> & {
    readonly items: (result: ScanResult) => readonly T[];
    readonly placeOf: (item: T, result: ScanResult) => string | undefined;
    readonly filters: Readonly<
      Record<string, Omit<Filter, 'read'> & { readonly read: (item: T, result: ScanResult) => string | undefined }>
    >;
  },
): Collection {
  return collection as Collection;
}

export interface ListQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly sort?: string | undefined;
  readonly fields?: string | undefined;
  readonly format?: 'json' | 'csv' | undefined;
  readonly [filter: string]: string | number | undefined;
}

/** Strict: a parameter with a typing mistake must not look like a filter that found nothing. */
export function buildQuerySchema({ item, filters }: Pick<Collection, 'item' | 'filters'>) {
  const sortable = listScalarPaths(item);
  const names = Object.keys(item.shape);
  return z.strictObject({
    limit: z.coerce.number().int().min(1).max(1000).default(100).describe('Items of one page.'),
    cursor: z.string().min(1).max(500).optional().describe('`next` of the page before.'),
    sort: commaList(sortable, '-')
      .optional()
      .describe(`Sorted by these, \`-\` for falling: ${sortable.join(', ')}.`),
    fields: commaList(names)
      .optional()
      .describe(`Only these parts of each item: ${names.join(', ')}.`),
    format: z
      .enum(['json', 'csv'])
      .optional()
      .describe('CSV holds every item at once. Default: what `Accept` asks for.'),
    ...Object.fromEntries(Object.entries(filters).map(([name, filter]) => [name, filterSchema(filter)])),
  });
}

function filterSchema({ values, describe }: Filter) {
  const text = values === undefined ? z.string().min(1).max(1000) : commaList(values);
  return text.optional().describe(describe);
}

/** A pattern, so that it stands in the OpenAPI document too. */
export function commaList(words: readonly string[], prefix = '') {
  const word = `${prefix === '' ? '' : `${prefix}?`}(?:${words.map((each) => each.replaceAll('.', '\\.')).join('|')})`;
  return z
    .string()
    .max(1000)
    .regex(new RegExp(`^${word}(?:,${word})*$`));
}

export function buildPageSchema({ item }: Pick<Collection, 'item'>) {
  return z.object({
    scan: z.object({ id: z.string(), finishedAt: z.string(), complete: z.boolean() }),
    /** Checks and sections that nothing here speaks about. */
    notAssessed: z.number().int().describe('What could not be assessed: absence from a list proves nothing then.'),
    total: z.number().int(),
    items: z.array(item.partial()),
    next: z.string().optional(),
  });
}
