import type { ClusterState, KubeObject, NasState, SnapshotState } from '../../../src/simulate/estate.ts';

/** VolumeSnapshots that are there already, with their content and their ZFS snapshot, once more under other UIDs. */
export function withVolumeSnapshots(cluster: ClusterState, nas: NasState, wanted: number): [ClusterState, NasState] {
  const backing = new Map(nas.snapshots.map((snapshot) => [snapshot.name.split('@snapshot-')[1], snapshot]));
  const contents = new Map(ofKind(cluster, 'VolumeSnapshotContent').map((content) => [content.metadata.name, content]));
  const models = ofKind(cluster, 'VolumeSnapshot').flatMap((object) => {
    const content = contents.get(`snapcontent-${object.metadata.uid}`);
    const snapshot = backing.get(object.metadata.uid);
    return content === undefined || snapshot === undefined ? [] : [{ objects: [object, content], snapshot }];
  });
  const missing = wanted - ofKind(cluster, 'VolumeSnapshot').length;
  const copies = Array.from({ length: Math.max(0, missing) }, (_, index) => {
    const model = models[index % models.length];
    if (model === undefined) throw new Error('the generated estate has no VolumeSnapshot to copy');
    return copied(
      model,
      model.objects.map(({ metadata }) => metadata.uid),
      index,
    );
  });
  return [
    { ...cluster, objects: [...cluster.objects, ...copies.flatMap(({ objects }) => objects)] },
    { ...nas, snapshots: [...nas.snapshots, ...copies.map(({ snapshot }) => snapshot)] },
  ];
}

interface Copied {
  readonly objects: readonly KubeObject[];
  readonly snapshot: SnapshotState;
}

/** Names and handles are made of the UIDs: with other UIDs all of it is something else. */
function copied(model: Copied, uids: readonly string[], index: number): Copied {
  const suffix = index.toString(16).padStart(12, '0');
  const text = uids.reduce((all, uid) => all.replaceAll(uid, `${uid.slice(0, -12)}${suffix}`), JSON.stringify(model));
  const { objects, snapshot } = JSON.parse(text) as Copied;
  const named = objects.map((object) =>
    object.kind === 'VolumeSnapshot' ? renamed(object, `-${index}`) : referringTo(object, `-${index}`),
  );
  return { objects: named, snapshot: { ...snapshot, guid: String(2n * 10n ** 18n + BigInt(index)) } };
}

function renamed(object: KubeObject, suffix: string): KubeObject {
  return { ...object, metadata: { ...object.metadata, name: `${object.metadata.name}${suffix}` } };
}

function referringTo(content: KubeObject, suffix: string): KubeObject {
  const spec = content['spec'] as { readonly volumeSnapshotRef: { readonly name: string } };
  const { volumeSnapshotRef: ref } = spec;
  return { ...content, spec: { ...spec, volumeSnapshotRef: { ...ref, name: `${ref.name}${suffix}` } } };
}

function ofKind({ objects }: ClusterState, kind: string): readonly KubeObject[] {
  return objects.filter((object) => object.kind === kind);
}
