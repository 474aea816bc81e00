import { leaveHalfMade } from '../../fixtures/builder/accidents/claims.ts';
import {
  destroyBacking,
  forgetVolume,
  loseClaim,
  releaseRetained,
  releaseStuck,
  removeShares,
} from '../../fixtures/builder/accidents/kubernetes-side.ts';
import { breakShare, orphanBacking, orphanShare } from '../../fixtures/builder/accidents/nas-side.ts';
import { destroySnapshotBacking, orphanSnapshot } from '../../fixtures/builder/accidents/snapshots.ts';
import { destroyDataset, dropSnapshot } from '../../fixtures/builder/nas.ts';
import { takeCsiSnapshot } from '../../fixtures/builder/snapshots.ts';
import { GiB, MiB } from '../../fixtures/builder/units.ts';
import { createVolume, type Volume } from '../../fixtures/builder/volume.ts';
import { use } from '../../fixtures/builder/workloads.ts';
import { type BackendBuild, clusterOf, nasOf, type World } from '../../fixtures/builder/world.ts';

/** Where and when a leak happens; `name` is unique in the month. */
export interface Place {
  readonly world: World;
  readonly backend: BackendBuild;
  readonly name: string;
}

/** Cleans up as a person would: afterwards nothing of it is left on either side. Gets the world of its own night. */
type CleanUp = (world: World) => void;

export interface LeakKind {
  readonly check: string;
  readonly fits?: (backend: BackendBuild) => boolean;
  readonly happen: (place: Place) => CleanUp;
}

const oldDays = 40;

/** What goes wrong in the month; each is far older than every limit when a scan first meets it. */
export const leakKinds: readonly LeakKind[] = [
  {
    check: 'backend-without-volume',
    happen: ({ world, ...place }) => {
      const volume = makeVolume({ world, ...place });
      orphanBacking(world, volume);
      return (then) => removeAll(then, volume);
    },
  },
  {
    check: 'volume-without-backend',
    happen: ({ world, ...place }) => {
      const volume = makeUsed({ world, ...place });
      destroyBacking(world, volume);
      return (then) => {
        forgetVolume(then, volume);
        removeShares(then, volume);
      };
    },
  },
  {
    check: 'volume-retained',
    happen: ({ world, ...place }) => {
      const volume = makeVolume({ world, ...place }, 'Retain');
      releaseRetained(world, volume, 12);
      return (then) => removeAll(then, volume);
    },
  },
  {
    check: 'volume-released',
    happen: ({ world, ...place }) => {
      const volume = makeVolume({ world, ...place });
      releaseStuck(world, volume, 9, 'dataset is busy');
      return (then) => removeAll(then, volume);
    },
  },
  {
    check: 'claim-lost',
    happen: ({ world, ...place }) => {
      const volume = makeVolume({ world, ...place });
      loseClaim(world, volume);
      return (then) => removeAll(then, volume);
    },
  },
  {
    check: 'backend-incomplete',
    happen: ({ world, backend, name }) => {
      const spec = { namespace: 'ci', claim: name, ageDays: oldDays, sizeBytes: GiB };
      const dataset = leaveHalfMade(world, backend, spec, 'quota');
      return (then) => destroyDataset(nasOf(then, backend.nas), dataset);
    },
  },
  {
    check: 'share-without-backend',
    fits: ({ protocol }) => protocol === 'nfs',
    happen: ({ world, ...place }) => {
      const volume = makeVolume({ world, ...place });
      orphanShare(world, volume);
      return (then) => removeShares(then, volume);
    },
  },
  {
    check: 'backend-without-share',
    fits: ({ protocol }) => protocol === 'nfs',
    happen: ({ world, ...place }) => {
      const volume = makeUsed({ world, ...place });
      breakShare(world, volume, 'disabled');
      return (then) => {
        const share = nasOf(then, volume.backend.nas).nfsShares.get(volume.share.nfs ?? -1);
        if (share !== undefined) share.enabled = true;
      };
    },
  },
  {
    check: 'backend-snapshot-without-object',
    happen: ({ world, ...place }) => {
      const volume = makeUsed({ world, ...place });
      const snapshot = orphanSnapshot(world, volume, { ageDays: 30, usedBytes: 70 * MiB });
      return (then) => dropSnapshot(nasOf(then, volume.backend.nas), snapshot);
    },
  },
  {
    check: 'snapshot-without-backend',
    happen: ({ world, ...place }) => {
      const volume = makeUsed({ world, ...place });
      const snapshot = takeCsiSnapshot(world, volume, { name: `snap-${place.name}`, ageDays: 20, usedBytes: MiB });
      destroySnapshotBacking(world, snapshot);
      return (then) => {
        const { objects } = clusterOf(then, volume.backend.cluster);
        objects.delete(snapshot.object);
        objects.delete(snapshot.content);
      };
    },
  },
];

function makeVolume({ world, backend, name }: Place, reclaimPolicy: 'Delete' | 'Retain' = 'Delete'): Volume {
  const sizeBytes = world.random.int(2, 60) * GiB;
  return createVolume(world, backend, { namespace: 'shop', claim: name, ageDays: oldDays, sizeBytes, reclaimPolicy });
}

function makeUsed(place: Place): Volume {
  const volume = makeVolume(place);
  use(place.world, volume, 'ScaledDownDeployment');
  return volume;
}

function removeAll(world: World, volume: Volume): void {
  forgetVolume(world, volume);
  removeShares(world, volume);
  const nas = nasOf(world, volume.backend.nas);
  if (nas.datasets.has(volume.datasetName)) destroyDataset(nas, volume.datasetName);
}
