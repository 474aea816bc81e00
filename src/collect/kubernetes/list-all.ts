import { SourceError } from '../../errors.ts';
import { type KubeApi, type Query, StatusError } from './api.ts';
import { isObject, type Json } from './item.ts';
import { projectItems, type Unreadable } from './project-items.ts';
import { listPath, type Resource } from './resource.ts';

export interface ListOptions {
  readonly pageSize: number;
  readonly namespace?: string;
  readonly query?: Query;
}

export interface Listed<T> {
  readonly items: readonly T[];
  readonly unreadable: Readonly<Record<string, number>>;
}

/**
 * A whole list, page by page, each object projected before the next page is asked for. Never `resourceVersion=0`: that
 * may be served from a cache that is behind.
 * @throws SourceError when the list could not be read completely; `gone` when it expired a second time.
 */
export async function listAll<T>(api: KubeApi, resource: Resource<T>, options: ListOptions): Promise<Listed<T>> {
  try {
    return await listOnce(api, resource, options);
  } catch (error) {
    if (!(error instanceof StatusError && error.httpStatus === 410)) throw error;
    return await listOnce(api, resource, options);
  }
}

async function listOnce<T>(api: KubeApi, resource: Resource<T>, options: ListOptions): Promise<Listed<T>> {
  const path = listPath(resource, options.namespace);
  const items: T[] = [];
  const unreadable: Unreadable = {};
  const uids = new Set<string>();
  let first: Page | undefined;
  let token = '';
  do {
    const query = { ...options.query, limit: String(options.pageSize), ...(token !== '' && { continue: token }) };
    const page = readPage(await api.get(path, query), resource.kind, path);
    first ??= page;
    if (page.resourceVersion !== first.resourceVersion)
      throw badList(path, `page resourceVersion ${page.resourceVersion} is not that of the list`);
    if (page.token !== '' && page.token === token) throw badList(path, 'the same continue token came twice');
    for (const item of projectItems(page.items, resource, uids, unreadable)) items.push(item);
    token = page.token;
  } while (token !== '');
  if (items.length < first.promised) throw badList(path, `${items.length} objects came of ${first.promised} announced`);
  return { items, unreadable };
}

interface Page {
  readonly items: readonly unknown[];
  readonly token: string;
  readonly resourceVersion: string;
  /** Objects of the whole list, as far as this page tells. */
  readonly promised: number;
}

/**
 * `remainingItemCount` is exact within one consistent list and only left out when a selector is used; a page that
 * announces more and has no token was cut.
 */
function readPage(body: Json, kind: string, path: string): Page {
  const { metadata, items = [] } = body;
  if (body['kind'] !== `${kind}List`) throw badList(path, `the answer is no ${kind}List`);
  if (!isObject(metadata)) throw badList(path, 'the page has no metadata');
  if (!('items' in body)) throw badList(path, 'the page has no items');
  if (items !== null && !Array.isArray(items)) throw badList(path, 'the items are no list');
  const token = metadata['continue'] ?? '';
  const remaining = metadata['remainingItemCount'] ?? 0;
  const resourceVersion = metadata['resourceVersion'];
  if (typeof token !== 'string') throw badList(path, 'the continue token is no text');
  if (typeof resourceVersion !== 'string' || resourceVersion === '')
    throw badList(path, 'the page has no resourceVersion');
  if (typeof remaining !== 'number') throw badList(path, 'remainingItemCount is no number');
  const list: readonly unknown[] = items ?? [];
  return { items: list, token, resourceVersion, promised: list.length + remaining };
}

function badList(path: string, why: string): SourceError {
  return new SourceError('badAnswer', `GET ${path}: ${why}`, {
    remedy: 'Check what stands between the scan and the API server, and run the scan again.',
  });
}
