import type { Inventory } from '../model/inventory.ts';
import type { Links } from '../model/links.ts';
import type { DeclaredBackend } from '../model/options.ts';
import { findBackends } from './backends.ts';
import { indexClusters } from './cluster-index.ts';
import { linkContents } from './contents.ts';
import { indexCoverage } from './coverage.ts';
import { linkDatasets } from './datasets.ts';
import { indexNas } from './nas-index.ts';
import { indexPointers } from './pointers.ts';
import { linkShares } from './shares.ts';
import { linkSnapshots } from './snapshots.ts';
import { findUnclaimedParents } from './unclaimed.ts';
import { findUses } from './uses.ts';
import { linkVolumes } from './volumes.ts';

/** Who owns what: every link between both sides that the inventory shows. Pure and linear in what was read. */
export function correlate(inventory: Inventory, declared: readonly DeclaredBackend[]): Links {
  const nases = new Map(inventory.nases.map((nas) => [nas.name, indexNas(nas)]));
  const clusters = indexClusters(inventory);
  const backends = findBackends(inventory, declared, nases);
  const coverageOf = indexCoverage(backends);
  const volumes = linkVolumes(clusters, nases, backends);
  const uses = findUses(clusters, nases, volumes);
  const datasets = linkDatasets(clusters, nases, coverageOf, uses);
  const backing = new Set(
    volumes.flatMap(({ backing }) =>
      backing.status === 'found' ? `${backing.value.nas} ${backing.value.dataset.name}` : [],
    ),
  );
  const coveredCsiNames = new Set(datasets.map((link) => link.csiName));
  return {
    backends,
    volumes,
    datasets,
    snapshots: linkSnapshots(clusters, nases, datasets),
    contents: linkContents(clusters, nases, backends),
    shares: linkShares(nases, coverageOf, indexPointers(clusters, nases)),
    unclaimedParents: findUnclaimedParents(nases, coverageOf, coveredCsiNames, (nas, name) =>
      backing.has(`${nas} ${name}`),
    ),
  };
}
