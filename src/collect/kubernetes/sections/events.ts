import type { KubeEvent } from '../../../model/kubernetes.ts';
import { defined } from '../../../util/defined.ts';
import { type Item, identity, integer, reference, text, time } from '../item.ts';
import type { Resource } from '../resource.ts';

export const events: Resource<KubeEvent> = {
  group: '',
  version: 'v1',
  resource: 'events',
  kind: 'Event',
  isNamespaced: true,
  project,
};

/** Asked one by one: a field selector knows no "or", and the events of all pods would be most of the cluster's events. */
export const eventSelectors: readonly string[] = [
  'involvedObject.kind=PersistentVolumeClaim',
  'involvedObject.kind=PersistentVolume',
  'involvedObject.kind=VolumeSnapshot',
  'involvedObject.kind=VolumeSnapshotContent',
  'involvedObject.kind=Pod,reason=FailedMount',
  'involvedObject.kind=Pod,reason=FailedAttachVolume',
];

/** One event per object and reason: the newest, for the others only repeat it. */
export function newestEvents(all: readonly KubeEvent[]): readonly KubeEvent[] {
  const newest = new Map<string, KubeEvent>();
  for (const event of all) {
    const { kind, namespace = '', name, uid = '' } = event.object;
    const key = [kind, namespace, name, uid, event.reason].join('\n');
    const known = newest.get(key);
    if (known === undefined || seenMs(event) > seenMs(known)) newest.set(key, event);
  }
  return [...newest.values()];
}

function project(item: Item): KubeEvent {
  return defined({
    namespace: identity(item, 'metadata', 'namespace'),
    reason: text(item, 'reason') ?? '',
    message: text(item, 'message') ?? '',
    type: text(item, 'type') ?? '',
    count: integer(item, 'series', 'count') ?? integer(item, 'count') ?? 1,
    lastSeenAt:
      time(item, 'series', 'lastObservedTime') ??
      time(item, 'lastTimestamp') ??
      time(item, 'eventTime') ??
      time(item, 'metadata', 'creationTimestamp'),
    object: defined({
      kind: identity(item, 'involvedObject', 'kind'),
      namespace: reference(item, 'involvedObject', 'namespace'),
      name: identity(item, 'involvedObject', 'name'),
      uid: reference(item, 'involvedObject', 'uid'),
    }),
  });
}

function seenMs(event: KubeEvent): number {
  return event.lastSeenAt === undefined ? 0 : Date.parse(event.lastSeenAt);
}
