import type { Inventory } from '../model/inventory.ts';
import type { DatasetLink, Links, VolumeLink } from '../model/links.ts';
import { datasetKind, leafOf } from '../util/names.ts';
import { dependentsOfDataset, describeDataset, describeShare, describeSnapshot } from './describe-dataset.ts';
import { describeVolume, line } from './describe-volume.ts';
import type { Explanation, Judged, Subject } from './explanation.ts';
import { verdictsOn } from './verdicts-on.ts';

/**
 * Everything known of a PersistentVolume, claim (`namespace/name`), handle, dataset, snapshot, share or
 * VolumeSnapshotContent, in the name that either side gave it.
 */
export function explain(inventory: Inventory, links: Links, judged: Judged, name: string): Explanation {
  const sources = [
    ...inventory.clusters.map((cluster) => [`cluster/${cluster.name}`, cluster.sections] as const),
    ...inventory.nases.map((nas) => [`nas/${nas.name}`, nas.sections] as const),
  ];
  return {
    name,
    subjects: [
      ...volumesNamed(name, links).map((link) => volumeSubject(link, inventory, links, judged)),
      ...datasetsNamed(name, links).map((link) => datasetSubject(link, inventory, links, judged)),
      ...snapshotSubjects(name, links, judged),
      ...shareSubjects(name, links, judged),
      ...contentSubjects(name, links, judged),
    ],
    unread: sources.flatMap(([source, sections]) =>
      Object.entries(sections).flatMap(([section, read]) =>
        read.ok === true ? [] : [`${source} ${section}: ${read.error.message}`],
      ),
    ),
  };
}

function volumesNamed(name: string, { volumes }: Links): VolumeLink[] {
  return volumes.filter(({ volume }) => {
    const claim = volume.claim === undefined ? undefined : `${volume.claim.namespace}/${volume.claim.name}`;
    return volume.name === name || volume.csi?.handle === name || claim === name;
  });
}

/** A last part or CSI name only counts when no volume bears it: the volume's own story holds the dataset. */
function datasetsNamed(name: string, links: Links): DatasetLink[] {
  const full = links.datasets.filter(({ dataset }) => dataset.name === name || dataset.mountpoint === name);
  if (full.length > 0 || volumesNamed(name, links).length > 0) return full;
  return links.datasets.filter((link) => link.csiName === name || leafOf(link.dataset.name) === name);
}

function volumeSubject(link: VolumeLink, inventory: Inventory, links: Links, judged: Judged): Subject {
  const at = link.backing.status === 'found' ? link.backing.value : undefined;
  const dataset = links.datasets.find((each) => each.nas === at?.nas && each.dataset.name === at?.dataset.name);
  const source = `cluster/${link.cluster}`;
  const names = [link.volume.name, ...(link.volume.claim === undefined ? [] : [link.volume.claim.name])];
  return {
    source,
    kind: 'PersistentVolume',
    name: link.volume.name,
    chain: [...describeVolume(link, inventory), ...(dataset === undefined ? [] : describeDataset(dataset))],
    dependents: dataset === undefined ? [] : dependentsOfDataset(dataset),
    ...freedBy(dataset),
    verdicts: verdictsOn(judged, [
      { source, names, backend: link.backend?.id },
      ...(dataset === undefined ? [] : [{ source: `nas/${dataset.nas}`, names: [dataset.dataset.name] }]),
    ]),
  };
}

function datasetSubject(link: DatasetLink, inventory: Inventory, links: Links, judged: Judged): Subject {
  const { nas, dataset } = link;
  const volumes = links.volumes.filter(
    ({ backing }) =>
      backing.status === 'found' && backing.value.nas === nas && backing.value.dataset.name === dataset.name,
  );
  return {
    source: `nas/${nas}`,
    kind: datasetKind(dataset),
    name: dataset.name,
    chain: [...describeDataset(link), ...volumes.flatMap((volume) => describeVolume(volume, inventory))],
    dependents: dependentsOfDataset(link),
    ...freedBy(link),
    verdicts: verdictsOn(judged, [{ source: `nas/${nas}`, names: [dataset.name], backend: link.backend?.id }]),
  };
}

function snapshotSubjects(name: string, links: Links, judged: Judged): Subject[] {
  const named = links.snapshots.filter(({ snapshot }) => snapshot.name === name || snapshot.snapshotName === name);
  return named.map((link) => ({
    source: `nas/${link.nas}`,
    kind: 'ZfsSnapshot',
    name: link.snapshot.name,
    chain: describeSnapshot(link),
    dependents: link.clones.map((clone) => line('clone', clone, `nas/${link.nas} datasets`)),
    ...(link.clones.length === 0 && link.snapshot.usedBytes !== undefined && { freesBytes: link.snapshot.usedBytes }),
    verdicts: verdictsOn(judged, [
      { source: `nas/${link.nas}`, names: [link.snapshot.name], backend: link.backend?.id },
    ]),
  }));
}

function shareSubjects(name: string, links: Links, judged: Judged): Subject[] {
  return links.shares
    .filter(({ ref }) => ref.name === name)
    .map((link) => ({
      source: `nas/${link.nas}`,
      kind: link.ref.kind,
      name,
      chain: describeShare(link),
      dependents: [],
      verdicts: verdictsOn(judged, [{ source: `nas/${link.nas}`, names: [name], backend: link.backend?.id }]),
    }));
}

function contentSubjects(name: string, links: Links, judged: Judged): Subject[] {
  return links.contents
    .filter(({ content: { name: own, snapshotHandle, snapshotRef } }) => {
      const ref = snapshotRef === undefined ? undefined : `${snapshotRef.namespace}/${snapshotRef.name}`;
      return own === name || snapshotHandle === name || ref === name;
    })
    .map(({ cluster, content, backing, backend }) => ({
      source: `cluster/${cluster}`,
      kind: 'VolumeSnapshotContent',
      name: content.name,
      chain: [
        line('handle', content.snapshotHandle ?? 'none yet', `cluster/${cluster} volumeSnapshotContents`),
        line(
          'stands on',
          backing.status === 'found' ? `${backing.value.kind} ${backing.value.name}` : backing.status,
          'both sides',
        ),
      ],
      dependents: [],
      verdicts: verdictsOn(judged, [{ source: `cluster/${cluster}`, names: [content.name], backend: backend?.id }]),
    }));
}

/** Only told when no clone keeps blocks and every part was read. */
function freedBy(link: DatasetLink | undefined): { readonly freesBytes?: number } {
  if (link === undefined || link.clones.length > 0) return {};
  const { usedByDatasetBytes: data, usedBySnapshotsBytes: snapshots, usedByRefreservationBytes: kept } = link.dataset;
  if (data === undefined || snapshots === undefined || kept === undefined) return {};
  return { freesBytes: data + snapshots + kept };
}
