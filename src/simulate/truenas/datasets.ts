import type { Context } from './context.ts';
import { datasetRow, type RowOptions, userpropRow } from './dataset-row.ts';
import type { Node } from './filesystem.ts';
import { type Filter, filterList, type QueryOptions, type Row } from './query.ts';
import { isSince } from './release.ts';

/**
 * `pool.dataset.query`. `extra.flat` rows still hold their whole tree below. Without `retrieve_children` up to 25.04
 * only pool roots come, or the rows that an `id`/`name` filter names; from 25.10 on any filter gives flat rows.
 */
export function queryDatasets(context: Context, filters: readonly Filter[], options: QueryOptions): unknown {
  const extra = options.extra ?? {};
  const rowOptions: RowOptions = {
    properties: Array.isArray(extra['properties']) ? extra['properties'] : null,
    retrieveUserProps: extra['retrieve_user_props'] !== false,
    snapshotsCount: extra['snapshots_count'] === true,
    snapshots: extra['snapshots'] === true,
  };
  return filterList(candidates(context, filters, extra, rowOptions), filters, options);
}

/** `pool.dataset.userprop.query` of CORE. */
export function queryUserprops(context: Context, filters: readonly Filter[], options: QueryOptions): unknown {
  const rows = context.cached('userprops', () => visible(context).map((node) => userpropRow(node, context)));
  return filterList(rows, filters, options);
}

function candidates(context: Context, filters: readonly Filter[], extra: Row, options: RowOptions): readonly Row[] {
  const roots = context.fileSystem.roots.filter((node) => !isHidden(node.state.name, context));
  if (extra['retrieve_children'] === false) {
    if (filters.length === 0) return roots.map((node) => datasetRow(node, context, options, []));
    if (context.dialect.isModern) return bareRows(context, options);
    const named = namedIn(filters);
    if (named === undefined) return roots.map((node) => datasetRow(node, context, options, []));
    return named.flatMap((name): readonly Row[] => {
      const node = context.fileSystem.nodes.get(name);
      return node === undefined || isHidden(name, context) ? [] : [datasetRow(node, context, options, [])];
    });
  }
  const trees = treeRows(context, options);
  if (extra['flat'] !== false) return [...trees.values()];
  return roots.flatMap((node): readonly Row[] => {
    const row = trees.get(node.state.name);
    return row === undefined ? [] : [row];
  });
}

function bareRows(context: Context, options: RowOptions): readonly Row[] {
  return context.cached(`bare datasets ${JSON.stringify(options)}`, () =>
    visible(context).map((node) => datasetRow(node, context, options, [])),
  );
}

/** Every dataset's row with its children inside, in the order of names. */
function treeRows(context: Context, options: RowOptions): ReadonlyMap<string, Row> {
  return context.cached(`dataset trees ${JSON.stringify(options)}`, () => {
    const rows = new Map<string, Row>();
    const render = (node: Node): Row => {
      const children: Row[] = [];
      const row = datasetRow(node, context, options, children);
      rows.set(node.state.name, row);
      for (const child of node.children) if (!isHidden(child.state.name, context)) children.push(render(child));
      return row;
    };
    for (const root of context.fileSystem.roots) if (!isHidden(root.state.name, context)) render(root);
    return rows;
  });
}

function visible(context: Context): readonly Node[] {
  return [...context.fileSystem.nodes.values()].filter((node) => !isHidden(node.state.name, context));
}

/** The names that an `id` or `name` filter asks for, which is the only fast way up to 25.04. */
function namedIn(filters: readonly Filter[]): readonly string[] | undefined {
  for (const [field, operator, value] of filters) {
    if (field !== 'id' && field !== 'name') continue;
    if (operator === '=') return [String(value)];
    if (operator === 'in') return [...new Set(value as readonly string[])];
  }
  return undefined;
}

/** TrueNAS shows no boot pool and none of its own datasets; from 25.10 on it looks for their names anywhere. */
export function isHidden(name: string, { release }: Pick<Context, 'release'>): boolean {
  if (bootPools.includes(name.split('/')[0] ?? '')) return true;
  if (isSince(release, '25.10')) return hiddenTexts(release).some((text) => name.includes(text));
  const second = name.split('/')[1];
  return second !== undefined && ['.system', 'ix-applications', 'ix-apps'].includes(second);
}

const bootPools = ['boot-pool', 'freenas-boot'];

function hiddenTexts(release: Context['release']): readonly string[] {
  const texts = ['/.system', '/ix-applications', '/ix-apps', '/.ix-virt'];
  return release === '26' ? [...texts, '/.truenas_containers'] : texts;
}
