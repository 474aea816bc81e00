import type { Pod } from '../../../model/kubernetes.ts';
import { defined } from '../../../util/defined.ts';
import { flag, type Item, identity, integer, objects, part, reference, text, texts } from '../item.ts';
import { ownerRefs, toNamespacedMeta } from '../meta.ts';
import { toPodStorage } from '../pod-storage.ts';
import type { Resource } from '../resource.ts';
import { dropSecretArgs } from '../secrets.ts';

export const pods: Resource<Pod> = {
  group: '',
  version: 'v1',
  resource: 'pods',
  kind: 'Pod',
  isNamespaced: true,
  project,
};

const component = /democratic-csi|truenas-csi|snapshot-controller|velero|volsync|kasten|\bk10\b/i;
const image =
  /democratic-csi|truenas-csi|snapshot-controller|velero|volsync|csi-(provisioner|snapshotter|attacher|resizer)/i;
const nameLabels = ['app.kubernetes.io/name', 'app', 'k8s-app', 'component', 'name'];

function project(item: Item): Pod {
  const meta = toNamespacedMeta(item);
  return defined({
    ...meta,
    phase: text(item, 'status', 'phase') ?? 'Unknown',
    node: reference(item, 'spec', 'nodeName'),
    storage: toPodStorage(item, 'spec'),
    ownerRefs: ownerRefs(item),
    ...(isStorageComponent(item, meta.labels)
      ? { containers: toContainers(item), configSecrets: mountedSecrets(item) }
      : { containers: [] }),
  });
}

/** CSI drivers, the snapshot controller and backup tools: only their containers say something about storage. */
function isStorageComponent(item: Item, labels: Readonly<Record<string, string>>): boolean {
  if ('app.kubernetes.io/csi-role' in labels) return true;
  if (nameLabels.some((name) => component.test(labels[name] ?? ''))) return true;
  return objects(item, 'spec', 'containers').some((json) => image.test(text(part(item, json), 'image') ?? ''));
}

function mountedSecrets(item: Item): readonly string[] | undefined {
  const names = objects(item, 'spec', 'volumes').flatMap(
    (json) => text(part(item, json), 'secret', 'secretName') ?? [],
  );
  return names.length === 0 ? undefined : names;
}

function toContainers(item: Item): Pod['containers'] {
  const statuses = new Map(objects(item, 'status', 'containerStatuses').map((json) => [json['name'], json]));
  return objects(item, 'spec', 'containers').map((json) => {
    const container = part(item, json);
    const status = part(item, statuses.get(json['name']) ?? {});
    return {
      name: identity(container, 'name'),
      image: text(container, 'image') ?? '',
      args: dropSecretArgs(texts(container, 'args')),
      ready: flag(status, 'ready') ?? false,
      restarts: integer(status, 'restartCount') ?? 0,
    };
  });
}
