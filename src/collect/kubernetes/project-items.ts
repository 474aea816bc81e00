import { SourceError } from '../../errors.ts';
import { type Item, isObject, type Json, valueAt } from './item.ts';
import { type Resource, resourceName } from './resource.ts';

/** Field → number of objects in which it could not be read. */
export type Unreadable = Record<string, number>;

/** Projects the objects of one page. `uids` holds those of the pages before: an object that comes twice is no list. */
export function projectItems<T>(
  page: readonly unknown[],
  resource: Resource<T>,
  uids: Set<string>,
  unreadable: Unreadable,
): readonly T[] {
  return page.map((json) => {
    const item = toItem(json, resource, unreadable);
    const uid = String(valueAt(item.json, ['metadata', 'uid']));
    if (uids.has(uid)) throw new SourceError('badAnswer', `${item.label} came twice in one list`);
    uids.add(uid);
    return resource.project(item);
  });
}

export function toItem(json: unknown, resource: Omit<Resource<unknown>, 'project'>, unreadable: Unreadable): Item {
  if (!isObject(json)) throw noIdentity(resource, 'is no object');
  const name = identityOf(json, 'name', resource);
  identityOf(json, 'uid', resource);
  const namespace = resource.isNamespaced ? `${identityOf(json, 'namespace', resource)}/` : '';
  const noted = new Set<string>();
  return {
    kind: resource.kind,
    json,
    label: `${resource.kind} ${namespace}${name}`,
    note(field) {
      if (noted.has(field)) return;
      noted.add(field);
      unreadable[field] = (unreadable[field] ?? 0) + 1;
    },
  };
}

function identityOf(json: Json, field: string, resource: Omit<Resource<unknown>, 'project'>): string {
  const value = valueAt(json, ['metadata', field]);
  if (typeof value === 'string' && value !== '') return value;
  throw noIdentity(resource, `has no readable metadata.${field}`);
}

function noIdentity(resource: Omit<Resource<unknown>, 'project'>, why: string): SourceError {
  return new SourceError('badAnswer', `an object in the list of ${resourceName(resource)} ${why}`, {
    remedy: 'Look at the list with kubectl; nothing of it was judged.',
  });
}
