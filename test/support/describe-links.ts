import type { Lookup, SectionRef } from '../../src/model/collected.ts';
import type { Links, Proof, ShareRef, Use } from '../../src/model/links.ts';
import type { Estate } from '../../src/simulate/estate.ts';

/** Every link as one line, sorted: what correlate/ found out, for people to read and for golden files to hold. */
export function describeLinks(links: Links): string[] {
  return [
    ...links.backends.map((backend) => `backend ${JSON.stringify(backend)}`),
    ...links.volumes.map(
      ({ cluster, volume, backend, outOfReach, reach, backing, share, mountedBy }) =>
        `volume ${cluster}/${volume.name}: of ${backend?.id ?? `nobody (${outOfReach}; ${reach})`}; on ${say(
          backing,
          ({ nas, dataset, by }) => `${nas} ${dataset.name} by ${by}`,
        )}; share ${say(share, shareWords)}; pods ${say(
          mountedBy,
          listOf(({ namespace, name }) => `${namespace}/${name}`),
        )}`,
    ),
    ...links.datasets.map((link) =>
      [
        `dataset ${link.nas} ${link.dataset.name}: ${link.role} of ${link.backend?.id ?? 'nobody'}`,
        `named ${link.csiName} for ${link.claimUid ?? 'nobody'}`,
        `proofs ${proofWords(link.proofs)}`,
        `uses ${say(link.uses, listOf(useWords))}`,
        `clones ${link.clones.join(', ')} from ${link.cloneOrigins.join(', ')}`,
        `children ${link.children.join(', ')}`,
        `contents ${link.contents.join(', ')}`,
        `snapshots ${say(
          link.snapshots,
          listOf(({ snapshotName }) => snapshotName),
        )}`,
        `shares ${say(link.shares, listOf(shareWords))}`,
      ].join('; '),
    ),
    ...links.snapshots.map(
      ({ nas, snapshot, origin, backend, snapshotUid, uses, clones }) =>
        `snapshot ${nas} ${snapshot.name}: ${origin} of ${backend?.id ?? 'nobody'} for ${snapshotUid}; uses ${say(
          uses,
          listOf(useWords),
        )}; clones ${clones.join(', ')}`,
    ),
    ...links.contents.map(
      ({ cluster, content, backend, outOfReach, backing }) =>
        `content ${cluster}/${content.name}: of ${backend?.id ?? `nobody (${outOfReach})`}; on ${say(
          backing,
          ({ nas, name, kind }) => `${nas} ${kind} ${name}`,
        )}`,
    ),
    ...links.shares.map(
      ({ nas, ref, backend, proofs, target, expectedDataset, partners, pointsAt, isEnabled, isLocked, uses }) =>
        `share ${nas} ${shareWords(ref)}: of ${backend?.id ?? 'nobody'}; proofs ${proofWords(proofs)}; on ${say(
          target,
          (at) => `${at.nas} ${at.dataset.name}`,
        )}, expected ${expectedDataset}; with ${partners.join(', ')}; points at ${pointsAt}; ${
          isEnabled ? 'enabled' : 'disabled'
        }, locked ${isLocked}; uses ${say(uses, listOf(useWords))}`,
    ),
    ...links.unclaimedParents.map((parent) => `unclaimed ${JSON.stringify(parent)}`),
  ].sort();
}

function say<T>(lookup: Lookup<T>, words: (value: T) => string): string {
  if (lookup.status === 'found') return words(lookup.value);
  return lookup.status === 'absent' ? 'ABSENT' : `UNKNOWN(${[...new Set(lookup.unread.map(refWords))].join('; ')})`;
}

const refWords = ({ source, name, because }: SectionRef) => `${source} ${name}: ${because}`;
const shareWords = ({ kind, id, name }: ShareRef) => `${kind} ${id} ${name}`;
const useWords = ({ kind, name, from }: Use) => `${kind} ${name} (${from})`;
const proofWords = listOf<Proof>(
  ({ kind, value, driver }) => `${kind} ${value}${driver === undefined ? '' : ` of ${driver}`}`,
);

function listOf<T>(words: (item: T) => string): (items: readonly T[]) => string {
  return (items) => `[${items.map(words).join(', ')}]`;
}

const randomEnds = /(?<=-)[0-9a-f]{10}-[0-9a-f]{5}\b|(?<=:01:)[0-9a-f]{8}-[0-9a-f]{3}\b/g;
const uuids = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** UUIDs and the ends of names of pods and initiators are random in every estate: the name of the object, or a number where it is gone. */
export function nameUuids(lines: readonly string[], estate: Estate): string[] {
  const names = new Map<string, string>();
  for (const { objects } of estate.clusters) {
    for (const { kind, metadata } of objects) {
      const { uid, name } = metadata;
      if (kind === 'PersistentVolumeClaim' || kind === 'VolumeSnapshot') names.set(uid, `‹${name}›`);
    }
  }
  return lines.map((line) =>
    line.replaceAll(randomEnds, '…').replaceAll(uuids, (uuid) => {
      const name = names.get(uuid) ?? `‹gone ${names.size}›`;
      names.set(uuid, name);
      return name;
    }),
  );
}

/** What to see of lines beside others: those taken away and those added. */
export function differenceOf(before: readonly string[], after: readonly string[]): string[] {
  const had = new Set(before);
  const has = new Set(after);
  return [
    ...before.filter((line) => !has.has(line)).map((line) => `- ${line}`),
    ...after.filter((line) => !had.has(line)).map((line) => `+ ${line}`),
  ];
}
