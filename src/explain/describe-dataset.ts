import type { DatasetLink, ShareLink, SnapshotLink } from '../model/links.ts';
import { formatSize } from '../util/format-size.ts';
import { answer, line } from './describe-volume.ts';
import type { Line } from './explanation.ts';

export function describeDataset(link: DatasetLink): Line[] {
  const { dataset, nas } = link;
  const from = `nas/${nas} datasets`;
  return [
    line('dataset', `${dataset.name} (${dataset.type === 'VOLUME' ? 'zvol' : 'filesystem'}, ${link.role})`, from),
    line('name that CSI gave it', link.csiName, from),
    ...(link.claimUid === undefined ? [] : [line('made for the claim with uid', link.claimUid, from)]),
    line('holds', formatSize(dataset.usedBytes), from),
    ...(dataset.createdAt === undefined ? [] : [line('made at', dataset.createdAt, from)]),
    ...(dataset.origin === undefined ? [] : [line('clone of', dataset.origin, from)]),
    ...(dataset.userPropertiesRead ? [] : [line('user properties', 'could not be read', from)]),
    ...Object.entries(dataset.userProperties).map(([name, { value, source }]) =>
      line(name, `${value} (${source})`, from),
    ),
    ...link.proofs.map(({ kind, value }) => line(`made by a CSI driver (${kind})`, value, from)),
    line(
      'referred to by',
      answer(link.uses, (uses) => uses.map((use) => `${use.kind} ${use.name}`).join(', ')),
      'both sides',
    ),
  ];
}

export function dependentsOfDataset(link: DatasetLink): Line[] {
  const from = `nas/${link.nas} datasets`;
  const snapshots = `nas/${link.nas} snapshots`;
  return [
    ...link.clones.map((name) => line('clone', name, from)),
    ...link.children.map((name) => line('dataset below it', name, from)),
    ...(link.snapshots.status === 'found'
      ? link.snapshots.value.map((each) => line('snapshot', `${each.name} (${formatSize(each.usedBytes)})`, snapshots))
      : [
          line(
            'snapshots',
            answer(link.snapshots, () => ''),
            snapshots,
          ),
        ]),
    ...link.contents.map((name) => line('VolumeSnapshotContent', name, 'every cluster')),
    line(
      'shares',
      answer(link.shares, (shares) => shares.map((s) => `${s.kind} ${s.name} (id ${s.id})`).join(', ')),
      'shares',
    ),
  ];
}

export function describeSnapshot(link: SnapshotLink): Line[] {
  const from = `nas/${link.nas} snapshots`;
  const { snapshot } = link;
  return [
    line('snapshot', `${snapshot.name} (${link.origin})`, from),
    line('holds alone', formatSize(snapshot.usedBytes), from),
    ...(link.snapshotUid === undefined ? [] : [line('made for the VolumeSnapshot with uid', link.snapshotUid, from)]),
    line(
      'referred to by',
      answer(link.uses, (uses) => uses.map((use) => `${use.kind} ${use.name}`).join(', ')),
      'every cluster',
    ),
  ];
}

export function describeShare(link: ShareLink): Line[] {
  const from = `nas/${link.nas} shares`;
  return [
    line(
      'serves as',
      `${link.ref.kind} ${link.ref.name} (id ${link.ref.id}${link.isEnabled ? '' : ', switched off'})`,
      from,
    ),
    line('points at', link.pointsAt, from),
    line(
      'dataset',
      answer(link.target, ({ dataset }) => dataset.name),
      from,
    ),
    ...link.partners.map((partner) => line('belongs to it', partner, from)),
    line(
      'referred to by',
      answer(link.uses, (uses) => uses.map((use) => `${use.kind} ${use.name}`).join(', ')),
      'both sides',
    ),
  ];
}
