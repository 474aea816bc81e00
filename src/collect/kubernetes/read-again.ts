import type { SectionError } from '../../model/collected.ts';
import type { Premise } from '../../model/finding.ts';
import { toSectionError } from '../section.ts';
import { type KubeApi, StatusError } from './api.ts';
import { createDiscovery, type Discovery } from './discovery.ts';
import { type Json, valueAt } from './item.ts';
import { objectPath, type Resource } from './resource.ts';
import { claims } from './sections/claims.ts';
import { nodes } from './sections/nodes.ts';
import { persistentVolumes } from './sections/persistent-volumes.ts';
import { volumeAttachments } from './sections/volume-attachments.ts';
import { volumeSnapshotContents } from './sections/volume-snapshot-contents.ts';
import { snapshotGroup, volumeSnapshots } from './sections/volume-snapshots.ts';

export interface PremiseAnswer {
  readonly premise: Premise;
  /** `absent` only when the API server itself said that there is no such object. */
  readonly status: 'present' | 'absent' | 'failed';
  readonly uid?: string;
  /** Present, and on its way out. */
  readonly deleting?: true;
  readonly error?: SectionError;
}

/** Reads each object by name. How many at once is the api's business. Never throws. */
export async function readPremises(api: KubeApi, premises: readonly Premise[]): Promise<readonly PremiseAnswer[]> {
  const discovery = createDiscovery(api);
  return Promise.all(premises.map((premise) => readPremise(api, discovery, premise)));
}

type Target = Omit<Resource<unknown>, 'project'>;

const targets: Readonly<Partial<Record<Premise['kind'], Resource<unknown>>>> = {
  PersistentVolume: persistentVolumes,
  PersistentVolumeClaim: claims,
  VolumeSnapshot: volumeSnapshots,
  VolumeSnapshotContent: volumeSnapshotContents,
  VolumeAttachment: volumeAttachments,
  Node: nodes,
};

async function readPremise(api: KubeApi, discovery: Discovery, premise: Premise): Promise<PremiseAnswer> {
  const known = targets[premise.kind];
  if (known === undefined) return bad(premise, 'is nothing that a cluster holds');
  if (known.isNamespaced && premise.namespace === undefined) return bad(premise, 'has no namespace');
  try {
    const target = known.group === snapshotGroup ? await discovery.find(known) : known;
    if ('absent' in target) return { premise, status: 'absent' };
    return await readObject(api, target, premise);
  } catch (error) {
    return { premise, status: 'failed', error: toSectionError(error, label(premise)) };
  }
}

async function readObject(api: KubeApi, target: Target, premise: Premise): Promise<PremiseAnswer> {
  const namespace = target.isNamespaced ? premise.namespace : undefined;
  try {
    return toPresent(premise, await api.get(objectPath(target, premise.name, namespace)));
  } catch (error) {
    if (saysAbsent(error, premise.name)) return { premise, status: 'absent' };
    throw error;
  }
}

function toPresent(premise: Premise, object: Json): PremiseAnswer {
  const uid = valueAt(object, ['metadata', 'uid']);
  const isIt = object['kind'] === premise.kind && valueAt(object, ['metadata', 'name']) === premise.name;
  if (!isIt || typeof uid !== 'string' || uid === '') return bad(premise, 'was answered with something else');
  const isDeleting = valueAt(object, ['metadata', 'deletionTimestamp']) !== undefined;
  return { premise, status: 'present', uid, ...(isDeleting && { deleting: true as const }) };
}

/**
 * The server's own Status about this very name. A 404 of something on the way, or of a path that the server does not
 * know (then `details` names nothing), says nothing about the object.
 */
function saysAbsent(error: unknown, name: string): boolean {
  if (!(error instanceof StatusError) || error.httpStatus !== 404 || error.reason !== 'NotFound') return false;
  return valueAt(error.status ?? {}, ['details', 'name']) === name;
}

function bad(premise: Premise, why: string): PremiseAnswer {
  const error = { code: 'badAnswer' as const, message: `${label(premise)} ${why}` };
  return { premise, status: 'failed', error };
}

function label({ kind, namespace, name }: Premise): string {
  return namespace === undefined ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}
