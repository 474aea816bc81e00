import type { Backend } from '../../src/model/backend.ts';
import type { CheckMeta, Needs, ScopedLinks } from '../../src/model/check.ts';
import type { ClusterInventory, ClusterSections } from '../../src/model/kubernetes.ts';
import type { DatasetLink } from '../../src/model/links.ts';
import type { NasInventory, NasSections } from '../../src/model/truenas.ts';
import { detectors } from '../../src/orphans/index.ts';
import type { GuardInput } from '../../src/orphans/suspicion/guard.ts';
import { noMemory } from './judge-estate.ts';
import { makeDataset } from './make-inventory.ts';

/** One backend of democratic-csi for NFS, below tank/k8s/vols on nas01. */
export function makeBackend(parts: Partial<Backend> = {}): Backend {
  return {
    id: 'backend/prod/org.democratic-csi.nfs@nas01',
    cluster: 'prod',
    driver: 'org.democratic-csi.nfs',
    family: 'democratic-csi',
    nas: 'nas01',
    protocol: 'nfs',
    parents: ['tank/k8s/vols'],
    detachedParents: ['tank/k8s/snaps'],
    exclusive: false,
    foundBy: 'config',
    ...parts,
  };
}

/** Only the lists that are named: a guard that reads another one fails loudly. */
export function makeNas(sections: Partial<NasSections>, parts: Partial<NasInventory> = {}): NasInventory {
  return { name: 'nas01', addresses: [], sections: sections as NasSections, ...parts };
}

export function makeCluster(
  sections: Partial<ClusterSections> = {},
  parts: Partial<ClusterInventory> = {},
): ClusterInventory {
  return { name: 'prod', sections: sections as ClusterSections, ...parts };
}

/** A dataset of a CSI driver that everything was read about and that nothing uses. */
export function makeDatasetLink(name: string, parts: Partial<DatasetLink> = {}): DatasetLink {
  return {
    nas: 'nas01',
    dataset: makeDataset(name),
    role: 'volume',
    proofs: [],
    csiName: name.slice(name.lastIndexOf('/') + 1),
    uses: { status: 'absent' },
    cloneOrigins: [],
    clones: [],
    children: [],
    contents: [],
    snapshots: { status: 'found', value: [] },
    shares: { status: 'found', value: [] },
    ...parts,
  };
}

export function makeLinks(parts: Partial<ScopedLinks> = {}): ScopedLinks {
  const { datasets = [] } = parts;
  return {
    backends: [],
    volumes: [],
    datasets,
    snapshots: [],
    contents: [],
    shares: [],
    unclaimedParents: [],
    datasetAt: (nas, name) => datasets.find((link) => link.nas === nas && link.dataset.name === name),
    ...parts,
  };
}

/** What a check of the catalogue says of itself, with other needs where they matter. */
export function metaOf(needs: Needs): CheckMeta {
  const meta = detectors[0]?.meta;
  if (meta === undefined) throw new Error('the catalogue is empty');
  return { ...meta, needs };
}

export interface GuardParts extends Partial<Omit<GuardInput, 'scope' | 'meta'>> {
  readonly needs?: Needs;
  readonly scope?: Partial<GuardInput['scope']>;
}

export function makeGuardInput({ needs = {}, scope = {}, ...parts }: GuardParts): GuardInput {
  return {
    meta: metaOf(needs),
    backends: [],
    volumesOf: () => 0,
    memory: noMemory,
    ...parts,
    scope: { id: 'here', kind: 'backend', everyCluster: [], links: makeLinks(), ...scope },
  };
}
