import type { IgnoreMark, ObjectMeta, OwnerRef } from '../../model/kubernetes.ts';
import { defined } from '../../util/defined.ts';
import { type Item, identity, objects, part, reference, textMap, texts, time } from './item.ts';

const retentionKey = 'strandline.io/snapshot-retention';

export function toMeta(item: Item): ObjectMeta {
  return defined({
    name: identity(item, 'metadata', 'name'),
    uid: identity(item, 'metadata', 'uid'),
    createdAt: time(item, 'metadata', 'creationTimestamp'),
    deletingSince: deletingSince(item),
    labels: textMap(item, 'metadata', 'labels'),
    finalizers: texts(item, 'metadata', 'finalizers'),
    ignore: ignoreMark(item),
  });
}

export function toNamespacedMeta(item: Item): ObjectMeta & { readonly namespace: string } {
  return { ...toMeta(item), namespace: identity(item, 'metadata', 'namespace') };
}

export function annotation(item: Item, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = reference(item, 'metadata', 'annotations', name);
    if (value !== undefined) return value;
  }
  return undefined;
}

export function hasAnnotation(item: Item, name: string): boolean {
  return name in textMap(item, 'metadata', 'annotations');
}

export function ownerRefs(item: Item): readonly OwnerRef[] {
  return objects(item, 'metadata', 'ownerReferences').map((json) => {
    const owner = part(item, json);
    return defined({ kind: identity(owner, 'kind'), name: identity(owner, 'name'), uid: reference(owner, 'uid') });
  });
}

export function snapshotRetention(item: Item): string | undefined {
  return mark(item, retentionKey);
}

/** Present but unreadable still means "being deleted": the raw text is kept, so that nobody takes it for alive. */
function deletingSince(item: Item): string | undefined {
  return time(item, 'metadata', 'deletionTimestamp') ?? reference(item, 'metadata', 'deletionTimestamp');
}

function ignoreMark(item: Item): IgnoreMark | undefined {
  const reason = mark(item, 'strandline.io/ignore');
  if (reason === undefined || reason === 'false') return undefined;
  return defined({
    reason,
    until: mark(item, 'strandline.io/ignore-until'),
    owner: mark(item, 'strandline.io/ignore-owner'),
  });
}

/** An annotation can say more than a label, so it wins. */
function mark(item: Item, key: string): string | undefined {
  return textMap(item, 'metadata', 'annotations')[key] ?? textMap(item, 'metadata', 'labels')[key];
}
