import type { Peek } from '../model/check.ts';
import type { Blocker } from '../model/finding.ts';
import type { DatasetLink } from '../model/links.ts';
import type { NasSectionName, ZfsSnapshot } from '../model/truenas.ts';

/** What stands in the way of destroying a dataset: clones, children, holds, shares, sessions nobody could read. */
export function blockersOfDataset(link: DatasetLink, peek: Peek): Blocker[] {
  const snapshots = link.snapshots.status === 'found' ? link.snapshots.value : [];
  return [
    ...link.clones.map((name): Blocker => ({ kind: 'clone', name, why: 'is a clone of one of its snapshots' })),
    ...link.children.map((name): Blocker => ({ kind: 'child', name, why: 'stands below it and would go with it' })),
    ...snapshots.flatMap(holdsOf),
    ...link.contents.map(
      (name): Blocker => ({
        kind: 'snapshot',
        name,
        why: 'a VolumeSnapshotContent still refers to one of its snapshots',
      }),
    ),
    ...(link.shares.status === 'found' ? link.shares.value : []).map(
      (share): Blocker => ({ kind: 'share', name: `${share.kind} ${share.name}`, why: 'still serves it' }),
    ),
    ...unreadSessions(link, peek),
  ];
}

export function holdsOf(snapshot: ZfsSnapshot): Blocker[] {
  const tags = snapshot.holds ?? [];
  if (tags.length > 0) return tags.map((tag) => ({ kind: 'hold', name: snapshot.name, why: `is held by ${tag}` }));
  const count = snapshot.holdCount ?? 0;
  return count > 0 ? [{ kind: 'hold', name: snapshot.name, why: `has ${count} hold${count === 1 ? '' : 's'}` }] : [];
}

/** Sessions show who is connected now; when they cannot be read, somebody may be. */
function unreadSessions(link: DatasetLink, peek: Peek): Blocker[] {
  const sections: readonly NasSectionName[] =
    link.dataset.type === 'VOLUME' ? ['iscsiSessions', 'nvmeSessions'] : ['nfsClients', 'smbSessions'];
  return sections
    .filter((section) => peek.nas(link.nas, section) === undefined)
    .map((section) => ({ kind: 'unread', name: section, why: 'could not be read: somebody may be connected' }));
}
