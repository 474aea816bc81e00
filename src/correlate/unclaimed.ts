import type { Proof, UnclaimedParent } from '../model/links.ts';
import { addTo } from '../util/groups.ts';
import { parentOf } from '../util/names.ts';
import type { CoverageOf } from './coverage.ts';
import type { NasIndex } from './nas-index.ts';
import { proofsOfDataset } from './proofs.ts';
import { replicaTest } from './replicas.ts';

/** Parents full of CSI-made datasets that no backend covers. Replicas of volumes that live elsewhere do not count. */
export function findUnclaimedParents(
  nases: ReadonlyMap<string, NasIndex>,
  coverageOf: CoverageOf,
  coveredCsiNames: ReadonlySet<string>,
  isBacking: (nas: string, dataset: string) => boolean,
): UnclaimedParent[] {
  return [...nases.values()].flatMap((index) => {
    const isReplica = replicaTest(index);
    const volumesOf = new Map<string, { used: number | undefined; proofs: Proof[]; csiName: string | undefined }[]>();
    for (const dataset of index.datasets.values()) {
      const parent = parentOf(dataset.name);
      if (parent === undefined || coverageOf(index.nas.name, dataset.name) !== undefined || isReplica(dataset))
        continue;
      if (isBacking(index.nas.name, dataset.name)) continue;
      const proofs = proofsOfDataset(dataset, index).filter((proof) => proof.kind !== 'namePattern');
      if (proofs.length === 0) continue;
      const csiName = dataset.userProperties['democratic-csi:csi_volume_name']?.value;
      addTo(volumesOf, parent, { used: dataset.usedBytes, proofs, csiName });
    }
    return [...volumesOf].flatMap(([parent, all]): UnclaimedParent[] => {
      const volumes = all.filter(({ csiName }) => csiName === undefined || !coveredCsiNames.has(csiName));
      if (volumes.length === 0) return [];
      const used = volumes.map((volume) => volume.used);
      const usedBytes = used.every((bytes) => bytes !== undefined)
        ? used.reduce((sum, bytes) => sum + bytes, 0)
        : undefined;
      return [
        {
          nas: index.nas.name,
          parent,
          volumes: volumes.length,
          ...(usedBytes !== undefined && { usedBytes }),
          proofs: volumes.flatMap(({ proofs }) => proofs).slice(0, 5),
        },
      ];
    });
  });
}
