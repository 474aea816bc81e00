import type { Proof } from '../model/links.ts';
import type { Dataset } from '../model/truenas.ts';
import { claimUidInside, claimUidOf, leafOf, trimPath } from '../util/names.ts';
import { type NasIndex, ownProperty } from './nas-index.ts';

/** NFS comment of democratic-csi's default template: `democratic-csi (<driver>): <dataset>`. */
export function democraticComment(comment: string): { readonly driver: string; readonly dataset: string } | undefined {
  const match = /^democratic-csi \(([^)]+)\): (.+)$/.exec(comment);
  return match === null ? undefined : { driver: String(match[1]), dataset: String(match[2]) };
}

/** Comment of truenas-csi's NFS shares, initiators and target aliases. */
export function trueNasCsiComment(comment: string): string | undefined {
  return /^CSI volume (?:clone )?(\S.*)$/.exec(comment)?.[1];
}

/** What shows that a CSI driver made this dataset, strongest first. Inherited properties show nothing. */
export function proofsOfDataset(dataset: Dataset, index: NasIndex): Proof[] {
  const proofs: Proof[] = [];
  const own = (name: string) => ownProperty(dataset, index.datasets, name);
  const csiName = own('democratic-csi:csi_volume_name');
  const instance = own('democratic-csi:volume_context_provisioner_instance_id');
  const snapshotName = own('democratic-csi:csi_snapshot_name');
  const isManaged = own('democratic-csi:managed_resource') === 'true';
  if (instance !== undefined && (csiName !== undefined || snapshotName !== undefined)) {
    proofs.push({ kind: 'instanceId', value: instance });
  }
  proofs.push(...shareProofs(dataset, index));
  if (isManaged && csiName !== undefined) proofs.push({ kind: 'csiProperty', value: `csi_volume_name=${csiName}` });
  if (snapshotName !== undefined) proofs.push({ kind: 'csiProperty', value: `csi_snapshot_name=${snapshotName}` });
  if (
    isManaged &&
    csiName === undefined &&
    snapshotName === undefined &&
    claimUidOf(leafOf(dataset.name)) !== undefined
  ) {
    proofs.push({ kind: 'csiProperty', value: 'managed_resource=true' });
  }
  for (const extent of index.extentsByZvol.get(dataset.name) ?? []) {
    for (const target of index.targetsOfExtent.get(extent.id) ?? []) {
      if (claimUidInside(target.name) !== undefined) proofs.push({ kind: 'targetName', value: target.name });
    }
  }
  if (claimUidOf(leafOf(dataset.name)) !== undefined) proofs.push({ kind: 'namePattern', value: leafOf(dataset.name) });
  return proofs;
}

function shareProofs(dataset: Dataset, index: NasIndex): Proof[] {
  if (dataset.mountpoint === undefined) return [];
  return (index.nfsByPath.get(trimPath(dataset.mountpoint)) ?? []).flatMap((share): Proof[] => {
    const democratic = democraticComment(share.comment);
    if (democratic !== undefined && democratic.dataset === dataset.name) {
      return [{ kind: 'shareComment', value: share.comment, driver: democratic.driver }];
    }
    return trueNasCsiComment(share.comment) === dataset.name ? [{ kind: 'shareComment', value: share.comment }] : [];
  });
}
