import { openLocalObjects } from './local-objects.ts';
import type { ObjectStore } from './object-store.ts';
import type { HistoryLocation } from './store.ts';

/** A folder has nothing to close. */
export type OpenedObjects = ObjectStore & { close?(): void };

/** The storage at a place. The S3 client is loaded only where it is wanted. @throws HistoryError */
export async function openObjects(location: HistoryLocation): Promise<OpenedObjects> {
  if (location.kind === 'directory') return openLocalObjects(location.directory);
  return (await import('./s3-objects.ts')).openS3Objects(location);
}
