import type { Detector } from '../model/check.ts';
import { attachmentStale } from './attachment-stale.ts';
import { backendIncomplete } from './backend-incomplete.ts';
import { backendSharedByVolumes } from './backend-shared-by-volumes.ts';
import { backendSnapshotWithoutObject } from './backend-snapshot-without-object.ts';
import { backendWithoutShare } from './backend-without-share.ts';
import { backendWithoutVolume } from './backend-without-volume.ts';
import { claimLost } from './claim-lost.ts';
import { claimUnbound } from './claim-unbound.ts';
import { claimUnused } from './claim-unused.ts';
import { detachedContainerEmpty } from './detached-container-empty.ts';
import { parentUnclaimed } from './parent-unclaimed.ts';
import { shareWithoutBackend } from './share-without-backend.ts';
import { snapshotExpired } from './snapshot-expired.ts';
import { snapshotNotReady } from './snapshot-not-ready.ts';
import { snapshotUnboundContent } from './snapshot-unbound-content.ts';
import { snapshotWithoutBackend } from './snapshot-without-backend.ts';
import { taskWithoutBackend } from './task-without-backend.ts';
import { temporarySnapshotLeft } from './temporary-snapshot-left.ts';
import { volumeAvailable } from './volume-available.ts';
import { volumeReleased } from './volume-released.ts';
import { volumeRetained } from './volume-retained.ts';
import { volumeWithoutBackend } from './volume-without-backend.ts';

/** The catalogue, in the order of design section 4. */
export const detectors: readonly Detector[] = [
  volumeWithoutBackend,
  backendWithoutVolume,
  backendIncomplete,
  volumeReleased,
  volumeRetained,
  volumeAvailable,
  claimUnbound,
  claimLost,
  claimUnused,
  snapshotWithoutBackend,
  backendSnapshotWithoutObject,
  snapshotNotReady,
  snapshotUnboundContent,
  snapshotExpired,
  temporarySnapshotLeft,
  detachedContainerEmpty,
  shareWithoutBackend,
  backendWithoutShare,
  attachmentStale,
  backendSharedByVolumes,
  taskWithoutBackend,
  parentUnclaimed,
];
