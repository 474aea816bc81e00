import type { Lookup } from '../model/collected.ts';
import type { Use } from '../model/links.ts';
import type { IscsiTarget, NvmeSubsystem, Session } from '../model/truenas.ts';
import { addTo } from '../util/groups.ts';
import { claimUidInside, leafOf, trimPath } from '../util/names.ts';
import { type ClusterIndex, read } from './cluster-index.ts';
import { type Place, placeOfInline, placeOfVolume } from './drivers.ts';
import { itemsOf, type NasIndex } from './nas-index.ts';
import { mayServe } from './served-by.ts';

/** Who points at a path, target or subsystem by its text, whether or not anything stands behind it. */
export interface PointerIndex {
  ofPath(index: NasIndex, path: string): Lookup<readonly Use[]>;
  ofTargets(index: NasIndex, targets: readonly IscsiTarget[]): Lookup<readonly Use[]>;
  /** Volumes and claims whose own name or handle is that of the dataset, or stands inside the name of a target. */
  ofName(dataset: string | undefined, name: string): Lookup<readonly Use[]>;
  ofSmb(index: NasIndex, name: string): Lookup<readonly Use[]>;
  ofSubsystem(index: NasIndex, subsystem: NvmeSubsystem | undefined): Lookup<readonly Use[]>;
}

interface Pointer {
  readonly server?: string | undefined;
  readonly use: Use;
}

export function indexPointers(clusters: ClusterIndex, nases: ReadonlyMap<string, NasIndex>): PointerIndex {
  const paths = new Map<string, Pointer[]>();
  const smbShares = new Map<string, Pointer[]>();
  const iqns = new Map<string, Pointer[]>();
  const nqns = new Map<string, Pointer[]>();
  const add = ({ server, path, smbShare, iqn, nqn }: Place, use: Use) => {
    const pointer = { server, use };
    if (path !== undefined) addTo(paths, trimPath(path), pointer);
    if (smbShare !== undefined) addTo(smbShares, smbShare, pointer);
    if (iqn !== undefined) addTo(iqns, shortName(iqn), pointer);
    if (nqn !== undefined) addTo(nqns, nqn, pointer);
  };
  for (const cluster of clusters.clusters) {
    for (const volume of read(cluster, 'persistentVolumes')) {
      const use: Use = {
        kind: 'persistentVolume',
        name: volume.name,
        from: `cluster/${cluster.name} persistentVolumes`,
      };
      add(placeOfVolume(volume), use);
    }
    for (const owner of [...read(cluster, 'pods'), ...read(cluster, 'workloads')]) {
      for (const inline of owner.storage.inline) {
        const from = `cluster/${cluster.name} pods`;
        add(placeOfInline(inline), { kind: 'inlineVolume', name: `${owner.namespace}/${owner.name}`, from });
      }
    }
  }

  const isServedBy = mayServe(nases);
  const sessionsOf = indexSessions(nases);
  const lookUp = (found: readonly Use[]): Lookup<readonly Use[]> => {
    if (found.length > 0) return { status: 'found', value: found };
    const unread = clusters.unread('every', ['persistentVolumes', 'claims', 'pods', 'workloads']);
    return unread.length > 0 ? { status: 'unknown', unread } : { status: 'absent' };
  };
  const pointing = (index: NasIndex, pointers: readonly Pointer[] | undefined): Use[] =>
    (pointers ?? []).filter(({ server }) => isServedBy(index, server)).map(({ use }) => use);

  return {
    ofPath(index, path) {
      const sessions = sessionsOf(index, 'nfsClients').get(path) ?? [];
      return lookUp([...pointing(index, paths.get(path)), ...sessionUses(index, sessions, 'nfsClients')]);
    },
    ofName(dataset, name) {
      const uid = claimUidInside(name) ?? claimUidInside(dataset ?? '');
      const claim = uid === undefined ? undefined : clusters.claimsByUid.get(uid);
      const claims: Use[] =
        claim === undefined
          ? []
          : [
              {
                kind: 'claim',
                name: `${claim.item.namespace}/${claim.item.name}`,
                from: `cluster/${claim.cluster} claims`,
              },
            ];
      const handles = [
        ...(dataset === undefined ? [] : [dataset, leafOf(dataset)]),
        ...(uid === undefined ? [] : [`pvc-${uid}`]),
      ];
      const volumes = handles.flatMap((handle) => [
        ...(clusters.volumesByHandle.get(handle) ?? []),
        ...(clusters.volumesByName.get(handle) ?? []),
      ]);
      const from = ({ cluster }: { readonly cluster: string }) => `cluster/${cluster} persistentVolumes`;
      return lookUp([
        ...volumes.map((volume): Use => ({ kind: 'persistentVolume', name: volume.item.name, from: from(volume) })),
        ...claims,
      ]);
    },
    ofSmb(index, name) {
      const share = name.toLowerCase();
      const sessions = sessionsOf(index, 'smbSessions').get(share) ?? [];
      return lookUp([...pointing(index, smbShares.get(share)), ...sessionUses(index, sessions, 'smbSessions')]);
    },
    ofTargets(index, targets) {
      const names = new Set(targets.map((target) => shortName(target.name)));
      const sessions = [...names].flatMap((name) => sessionsOf(index, 'iscsiSessions').get(name) ?? []);
      const volumes = [...names].flatMap((name) => pointing(index, iqns.get(name)));
      return lookUp([...volumes, ...sessionUses(index, sessions, 'iscsiSessions')]);
    },
    ofSubsystem(index, subsystem) {
      if (subsystem === undefined) return lookUp([]);
      const { name, nqn } = subsystem;
      const names = nqn === undefined ? [name] : [name, nqn];
      const sessions = names.flatMap((known) => sessionsOf(index, 'nvmeSessions').get(known) ?? []);
      const volumes = names.flatMap((known) => pointing(index, nqns.get(known)));
      return lookUp([...volumes, ...sessionUses(index, sessions, 'nvmeSessions')]);
    },
  };
}

/** Who is connected, in the order in which it is said. */
export const sessionSections = ['nfsClients', 'smbSessions', 'iscsiSessions', 'nvmeSessions'] as const;
export type SessionSection = (typeof sessionSections)[number];

/** Who is connected, by what they are connected to. */
function indexSessions(
  nases: ReadonlyMap<string, NasIndex>,
): (index: NasIndex, section: SessionSection) => ReadonlyMap<string, readonly Session[]> {
  const all = new Map<string, Map<string, Session[]>>();
  for (const index of nases.values()) {
    for (const section of sessionSections) {
      const byObject = new Map<string, Session[]>();
      for (const session of itemsOf(index.nas, section)) {
        if (session.object !== undefined) addTo(byObject, objectKey(section, session.object), session);
      }
      all.set(`${index.nas.name} ${section}`, byObject);
    }
  }
  return (index, section) => all.get(`${index.nas.name} ${section}`) ?? new Map();
}

function objectKey(section: SessionSection, object: string): string {
  if (section === 'nfsClients') return trimPath(object);
  if (section === 'smbSessions') return object.toLowerCase();
  return section === 'iscsiSessions' ? shortName(object) : object;
}

function sessionUses(index: NasIndex, sessions: readonly { readonly client: string }[], section: string): Use[] {
  const from = `nas/${index.nas.name} ${section}`;
  return sessions.map(({ client }) => ({ kind: 'session', name: client, from }));
}

/** The target's own name, the part after the last colon of an IQN. */
export function shortName(iqn: string): string {
  return iqn.slice(iqn.lastIndexOf(':') + 1);
}
