import type { Finding, Resource } from '../model/finding.ts';
import type { ObjectMeta, PersistentVolume } from '../model/kubernetes.ts';
import type { Dataset } from '../model/truenas.ts';
import { datasetKind } from '../util/names.ts';

export function datasetResource(nas: string, dataset: Dataset): Resource {
  const uid = dataset.guid ?? dataset.createTxg;
  return nasResource(nas, datasetKind(dataset), dataset.name, uid);
}

export function nasResource(nas: string, kind: string, name: string, uid?: string): Resource {
  return { source: `nas/${nas}`, nas, kind, name, ...(uid !== undefined && { uid }) };
}

export function clusterResource(
  cluster: string,
  kind: string,
  object: Pick<ObjectMeta, 'name' | 'uid'> & { readonly namespace?: string },
): Resource {
  return {
    source: `cluster/${cluster}`,
    cluster,
    kind,
    ...(object.namespace !== undefined && { namespace: object.namespace }),
    name: object.name,
    uid: object.uid,
  };
}

export function ownerOfVolume(volume: PersistentVolume): Finding['owner'] {
  return volume.claim === undefined ? {} : { namespace: volume.claim.namespace, claim: volume.claim.name };
}

export function labelsOf(object: Pick<ObjectMeta, 'labels'>): Pick<Finding['owner'], 'labels'> {
  return Object.keys(object.labels).length === 0 ? {} : { labels: { ...object.labels } };
}
