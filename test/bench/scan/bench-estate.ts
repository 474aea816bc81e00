import { generateEstate } from '../../../fixtures/generator/generate.ts';
import type { Estate, NasState, SnapshotState } from '../../../src/simulate/estate.ts';
import { withVolumeSnapshots } from './volume-snapshots.ts';

/** One cluster and one NAS of 25.10: with this seed the generator lays out no more. */
const seed = 3;
const snapshotsPerVolume = 5;
const volumesPerVolumeSnapshot = 2;

/**
 * About `volumes` volumes, a claim each, half as many pods and VolumeSnapshots, and five ZFS snapshots a volume, most by
 * a periodic task. It ends now, and all clocks agree: a real API server has no other time.
 */
export function buildBenchEstate(volumes: number): Estate {
  const estate = generateEstate(seed, { volumes, release: '25.10', leakShare: 0.02 });
  const [cluster] = estate.clusters;
  const [nas] = estate.nases;
  if (cluster === undefined || nas === undefined) throw new Error('the generator laid out no cluster or no NAS');
  const [held, stored] = withVolumeSnapshots(cluster, nas, Math.floor(volumes / volumesPerVolumeSnapshot));
  const agreed = {
    ...estate,
    name: `bench-${volumes}`,
    clusters: [{ ...held, clockSkewMs: 0 }],
    nases: [{ ...withTaskSnapshots(stored), clockSkewMs: 0 }],
  };
  return movedToNow(agreed);
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

/** By whole seconds: what stands behind them is of the form that the API server knows. */
function movedToNow(estate: Estate): Estate {
  const bySeconds = Math.floor((Date.now() - Date.parse(estate.now)) / 1000);
  return JSON.parse(JSON.stringify(estate), (_, value: unknown) => {
    if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value)) return value;
    const moved = new Date(Date.parse(`${value.slice(0, 19)}Z`) + bySeconds * 1000);
    return moved.toISOString().slice(0, 19) + value.slice(19);
  }) as Estate;
}
