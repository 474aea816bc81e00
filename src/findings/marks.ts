import type { Collected, SourceId } from '../model/collected.ts';
import type { Inventory } from '../model/inventory.ts';
import type { IgnoreMark, ObjectMeta } from '../model/kubernetes.ts';
import type { NasInventory } from '../model/truenas.ts';
import { ignoreOf } from '../util/ignore-mark.ts';
import { datasetKind, parentOf } from '../util/names.ts';

/** An ignore mark where a person set it. */
export interface PlacedMark extends IgnoreMark {
  readonly source: SourceId;
  readonly kind: string;
  /** `namespace/name` for what has a namespace. */
  readonly label: string;
}

/** Every mark on what a finding can be about. What a dataset or snapshot has inherited is not counted again. */
export function listMarks({ clusters, nases }: Inventory): PlacedMark[] {
  return [
    ...clusters.flatMap(({ name, sections }) => {
      const source = `cluster/${name}` as const;
      return [
        ...onObjects(source, 'PersistentVolume', sections.persistentVolumes),
        ...onObjects(source, 'PersistentVolumeClaim', sections.claims),
        ...onObjects(source, 'VolumeSnapshot', sections.volumeSnapshots),
        ...onObjects(source, 'VolumeSnapshotContent', sections.volumeSnapshotContents),
        ...onObjects(source, 'VolumeAttachment', sections.volumeAttachments),
      ];
    }),
    ...nases.flatMap(onNas),
  ];
}

type Named = Pick<ObjectMeta, 'name' | 'ignore'> & { readonly namespace?: string };

function onObjects(source: SourceId, kind: string, section: Collected<Named>): PlacedMark[] {
  if (!section.ok) return [];
  return section.items.flatMap(({ namespace, name, ignore }) => {
    const label = namespace === undefined ? name : `${namespace}/${name}`;
    return ignore === undefined ? [] : [{ ...ignore, source, kind, label }];
  });
}

/** From 25.10 on the NAS no longer says what is inherited: the same words as those of the parent are taken for it. */
function onNas({ name, sections: { datasets, snapshots } }: NasInventory): PlacedMark[] {
  if (!datasets.ok) return [];
  const source = `nas/${name}` as const;
  const marks = new Map(datasets.items.map((dataset) => [dataset.name, ignoreOf(dataset)]));
  const own = (label: string, kind: string, parent: string | undefined, mark: IgnoreMark | undefined): PlacedMark[] =>
    mark === undefined || isSame(mark, marks.get(parent ?? '')) ? [] : [{ ...mark, source, kind, label }];
  return [
    ...datasets.items.flatMap(({ name: label, type }) =>
      own(label, datasetKind({ type }), parentOf(label), marks.get(label)),
    ),
    ...(snapshots.ok ? snapshots.items : []).flatMap((snapshot) =>
      own(snapshot.name, 'ZfsSnapshot', snapshot.dataset, ignoreOf(snapshot)),
    ),
  ];
}

export function isSame(a: IgnoreMark, b: IgnoreMark | undefined): boolean {
  return b !== undefined && a.reason === b.reason && a.until === b.until && a.owner === b.owner;
}
