import type { Backend } from '../model/backend.ts';
import type { Lookup } from '../model/collected.ts';
import type { DatasetRef, Proof, ShareKind, ShareLink, Use } from '../model/links.ts';
import type { NasSectionName } from '../model/truenas.ts';
import { claimUidInside, claimUidOf, leafOf, trimPath } from '../util/names.ts';
import { type BackendOfName, learnAffixes } from './affixes.ts';
import { type CoverageOf, pickFrom } from './coverage.ts';
import { learnNaming, type NamingTest } from './naming.ts';
import { itemsOf, type NasIndex } from './nas-index.ts';
import type { PointerIndex } from './pointers.ts';
import { democraticComment, trueNasCsiComment } from './proofs.ts';
import { bothUses } from './uses.ts';

/**
 * Shares, targets, extents and namespaces that a CSI driver made, each with what it points at. What bears no mark of a
 * driver and lies below no backend's parent is a person's own share and never listed here.
 */
export function linkShares(
  nases: ReadonlyMap<string, NasIndex>,
  coverageOf: CoverageOf,
  pointers: PointerIndex,
): ShareLink[] {
  return [...nases.values()].flatMap((index) => {
    const context: Context = {
      index,
      coverageOf,
      pointers,
      backendOfName: learnAffixes(index, coverageOf),
      isNamedByDriver: learnNaming(index, coverageOf),
    };
    return [...nfsLinks(context), ...smbLinks(context), ...iscsiLinks(context), ...nvmeLinks(context)];
  });
}

interface Context {
  readonly index: NasIndex;
  readonly coverageOf: CoverageOf;
  readonly pointers: PointerIndex;
  readonly backendOfName: BackendOfName;
  readonly isNamedByDriver: NamingTest;
}

interface Candidate {
  readonly kind: ShareKind;
  readonly id: number;
  readonly name: string;
  readonly pointsAt: string;
  /** Name that the dataset must have. */
  readonly dataset?: string;
  readonly proofs: readonly Proof[];
  readonly target: Lookup<DatasetRef>;
  readonly isEnabled: boolean;
  readonly isLocked?: boolean | undefined;
  readonly uses: Lookup<readonly Use[]>;
  readonly partners?: readonly string[];
  /** Name of the target that it belongs to, where its own says nothing. */
  readonly owner?: string;
}

function toLink(context: Context, candidate: Candidate): ShareLink[] {
  const { index, coverageOf } = context;
  const { kind, id, name, pointsAt, target, isEnabled, isLocked, uses, partners = [] } = candidate;
  const coverage = candidate.dataset === undefined ? undefined : coverageOf(index.nas.name, candidate.dataset);
  const isDirect = coverage?.kind === 'parent' && coverage.depth === 1;
  const proofs = [...candidate.proofs];
  const leaf = candidate.dataset === undefined ? '' : leafOf(candidate.dataset);
  const isNamedSo = isDirect && context.isNamedByDriver(coverage.parent, kind, name);
  if (isDirect && (claimUidOf(leaf) !== undefined || isNamedSo)) proofs.push({ kind: 'namePattern', value: name });
  if (proofs.length === 0) return [];
  const backend: Backend | undefined =
    coverage === undefined
      ? context.backendOfName(candidate.owner ?? candidate.name)
      : pickFrom(coverage, proofs, isFileShare(kind) ? 'FILESYSTEM' : 'VOLUME');
  return [
    {
      nas: index.nas.name,
      ref: { nas: index.nas.name, kind, id, name },
      ...(backend !== undefined && { backend }),
      proofs,
      target,
      ...(candidate.dataset !== undefined && { expectedDataset: candidate.dataset }),
      partners,
      pointsAt,
      isEnabled,
      ...(isLocked !== undefined && { isLocked }),
      uses: askedOf(backend, bothUses(uses, context.pointers.ofName(candidate.dataset, candidate.owner ?? name))),
    },
  ];
}

function isFileShare(kind: ShareKind): boolean {
  return kind === 'NfsShare' || kind === 'SmbShare';
}

/** What serves an exclusive backend can only be used by its own cluster: others need not be read to say so. */
function askedOf(backend: Backend | undefined, uses: Lookup<readonly Use[]>): Lookup<readonly Use[]> {
  if (backend?.exclusive !== true || uses.status !== 'unknown') return uses;
  const own = uses.unread.filter(({ source }) => source === `cluster/${backend.cluster}`);
  return own.length > 0 ? { status: 'unknown', unread: own } : { status: 'absent' };
}

function nfsLinks(context: Context): ShareLink[] {
  const { index } = context;
  return itemsOf(index.nas, 'nfsShares').flatMap((share) => {
    const path = trimPath(share.paths[0] ?? '');
    const democratic = democraticComment(share.comment);
    const official = trueNasCsiComment(share.comment);
    const proofs: Proof[] = [];
    if (democratic !== undefined) {
      proofs.push({ kind: 'shareComment', value: share.comment, driver: democratic.driver });
    } else if (official !== undefined && claimUidInside(official) !== undefined) {
      proofs.push({ kind: 'shareComment', value: share.comment });
    }
    return toLink(context, {
      kind: 'NfsShare',
      id: share.id,
      name: path,
      pointsAt: path,
      dataset: datasetAtPath(path, index),
      proofs,
      target: share.paths.length === 1 ? targetAtPath(path, index) : { status: 'unknown', unread: [] },
      isEnabled: share.enabled,
      isLocked: share.locked,
      uses: context.pointers.ofPath(index, path),
    });
  });
}

function smbLinks(context: Context): ShareLink[] {
  const { index } = context;
  return itemsOf(index.nas, 'smbShares').flatMap((share) => {
    if (share.path === undefined) return [];
    const path = trimPath(share.path);
    return toLink(context, {
      kind: 'SmbShare',
      id: share.id,
      name: share.name,
      pointsAt: path,
      dataset: datasetAtPath(path, index),
      proofs: smbProofs(share.comment, share.name, datasetAtPath(path, index)),
      target: targetAtPath(path, index),
      isEnabled: share.enabled,
      isLocked: share.locked,
      uses: bothUses(context.pointers.ofPath(index, path), context.pointers.ofSmb(index, share.name)),
    });
  });
}

function smbProofs(comment: string, name: string, dataset: string): Proof[] {
  const democratic = democraticComment(comment);
  if (democratic !== undefined) return [{ kind: 'shareComment', value: comment, driver: democratic.driver }];
  return nameProof(name, dataset);
}

/** Drivers put the volume's own name into the name of what serves it; short names may be anybody's. */
function nameProof(name: string, dataset: string): Proof[] {
  const leaf = leafOf(dataset);
  const isMade = claimUidInside(name) !== undefined || (leaf.length >= 6 && name !== leaf && name.includes(leaf));
  return isMade ? [{ kind: 'targetName', value: name }] : [];
}

/** The dataset mounted there, else the one that would be by ZFS's default mountpoint. */
function datasetAtPath(path: string, index: NasIndex): string {
  return index.datasetsByMountpoint.get(path)?.name ?? path.replace(/^\/mnt\//, '');
}

function targetAtPath(path: string, index: NasIndex): Lookup<DatasetRef> {
  return lookUpDataset(datasetAtPath(path, index), index);
}

function lookUpDataset(name: string, index: NasIndex): Lookup<DatasetRef> {
  const dataset = index.datasets.get(name);
  if (dataset === undefined) return absentWhenRead(index, ['datasets']);
  return { status: 'found', value: { nas: index.nas.name, dataset } };
}

function iscsiLinks(context: Context): ShareLink[] {
  const { index } = context;
  const extents = itemsOf(index.nas, 'iscsiExtents').flatMap((extent) => {
    if (extent.zvol === undefined) return [];
    const targets = index.targetsOfExtent.get(extent.id) ?? [];
    const zvol = extent.zvol;
    const [proof] = [extent.name, ...targets.map((target) => target.name)].flatMap((name) => nameProof(name, zvol));
    return toLink(context, {
      kind: 'IscsiExtent',
      id: extent.id,
      name: extent.name,
      pointsAt: extent.zvol,
      dataset: extent.zvol,
      proofs: proof === undefined ? [] : [proof],
      target: lookUpDataset(extent.zvol, index),
      isEnabled: extent.enabled,
      isLocked: extent.locked,
      uses: context.pointers.ofTargets(index, targets),
      partners: targets.flatMap((target) => [
        `target ${target.id} ${target.name}`,
        `association target ${target.id} extent ${extent.id}`,
      ]),
    });
  });
  const associated = new Set(itemsOf(index.nas, 'iscsiTargetExtents').map((link) => link.target));
  const targets = itemsOf(index.nas, 'iscsiTargets').flatMap((target) => {
    if (claimUidInside(target.name) === undefined || associated.has(target.id)) return [];
    return toLink(context, {
      kind: 'IscsiTarget',
      id: target.id,
      name: target.name,
      pointsAt: 'no extent',
      proofs: [{ kind: 'targetName', value: target.name }],
      target: absentWhenRead(index, ['iscsiExtents', 'iscsiTargetExtents']),
      isEnabled: true,
      uses: context.pointers.ofTargets(index, [target]),
    });
  });
  return [...extents, ...targets, ...danglingAssociations(context)];
}

/** An association that names a target or an extent which is not there. */
function danglingAssociations(context: Context): ShareLink[] {
  const { index } = context;
  return itemsOf(index.nas, 'iscsiTargetExtents').flatMap((link) => {
    const target = index.targetsById.get(link.target);
    const extent = index.extentsById.get(link.extent);
    if (target !== undefined && extent !== undefined) return [];
    const named = target?.name ?? extent?.name ?? '';
    if (claimUidInside(named) === undefined) return [];
    const missing = target === undefined ? `target ${link.target}` : `extent ${link.extent}`;
    return toLink(context, {
      kind: 'IscsiTargetExtent',
      id: link.id,
      name: `target:${link.target}/extent:${link.extent}`,
      owner: named,
      pointsAt: `missing ${missing}`,
      proofs: [{ kind: 'targetName', value: named }],
      target: absentWhenRead(index, ['iscsiTargets', 'iscsiExtents']),
      isEnabled: true,
      uses: context.pointers.ofTargets(index, target === undefined ? [] : [target]),
    });
  });
}

function absentWhenRead(index: NasIndex, sections: readonly NasSectionName[]): Lookup<DatasetRef> {
  const unread = index.unread(sections);
  return unread.length > 0 ? { status: 'unknown', unread } : { status: 'absent' };
}

function nvmeLinks(context: Context): ShareLink[] {
  const { index } = context;
  const namespaces = itemsOf(index.nas, 'nvmeNamespaces');
  const linked = new Set(namespaces.map((namespace) => namespace.subsystem));
  const fromNamespaces = namespaces.flatMap((namespace) => {
    if (namespace.zvol === undefined) return [];
    const subsystem = index.subsystemsById.get(namespace.subsystem);
    return toLink(context, {
      kind: 'NvmeNamespace',
      id: namespace.id,
      name: namespace.zvol,
      pointsAt: namespace.zvol,
      dataset: namespace.zvol,
      proofs: nameProof(subsystem?.name ?? '', namespace.zvol),
      target: lookUpDataset(namespace.zvol, index),
      isEnabled: namespace.enabled,
      isLocked: namespace.locked,
      uses: context.pointers.ofSubsystem(index, subsystem),
    });
  });
  const empty = itemsOf(index.nas, 'nvmeSubsystems').flatMap((subsystem) => {
    if (linked.has(subsystem.id) || claimUidInside(subsystem.name) === undefined) return [];
    return toLink(context, {
      kind: 'NvmeSubsystem',
      id: subsystem.id,
      name: subsystem.name,
      pointsAt: 'no namespace',
      proofs: [{ kind: 'targetName', value: subsystem.name }],
      target: absentWhenRead(index, ['nvmeNamespaces']),
      isEnabled: true,
      uses: context.pointers.ofSubsystem(index, subsystem),
    });
  });
  return [...fromNamespaces, ...empty];
}
