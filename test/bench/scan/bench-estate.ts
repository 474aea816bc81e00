import { generateEstate } from '../../../fixtures/generator/generate.ts';
import type { Estate, NasState, SnapshotState } from '../../../src/simulate/estate.ts';

/** One cluster and one NAS of 25.10: with this seed the generator lays out no more. */
const seed = 3;
const snapshotsPerVolume = 5;

/** About `volumes` volumes, a claim each, half as many pods, and five ZFS snapshots a volume, most by a periodic task. */
export function buildBenchEstate(volumes: number): Estate {
  const estate = generateEstate(seed, { volumes, release: '25.10', leakShare: 0.02 });
  return { ...estate, name: `bench-${volumes}`, nases: estate.nases.map(withTaskSnapshots) };
}

function withTaskSnapshots(nas: NasState): NasState {
  const wanted = nas.datasets.length * snapshotsPerVolume - nas.snapshots.length;
  const [model] = nas.snapshots;
  if (model === undefined) throw new Error('the generated NAS has no snapshot');
  const added = Array.from({ length: Math.max(0, wanted) }, (_, index): SnapshotState => {
    const dataset = nas.datasets[index % nas.datasets.length]?.name;
    const day = String(1 + Math.floor(index / nas.datasets.length)).padStart(2, '0');
    return {
      name: `${dataset}@auto-2026-11-${day}_00-00`,
      createdAt: `2026-11-${day}T00:00:00Z`,
      createTxg: model.createTxg + 1 + index,
      guid: String(10n ** 18n + BigInt(index)),
      usedBytes: 65_536,
      referencedBytes: 1_048_576,
    };
  });
  return { ...nas, snapshots: [...nas.snapshots, ...added] };
}
