import type { Duck } from './duck.ts';
import type { ObjectStore } from './object-store.ts';
import type { PartFiles } from './part-files.ts';

/** What the maintenance of one deployment's history works with. */
export interface Workbench {
  readonly objects: ObjectStore;
  readonly duck: Duck;
  readonly files: PartFiles;
  /** A folder of ours for files in the making. */
  readonly scratch: string;
  readonly deployment: string;
  readonly now: Date;
}

/** How long replaced files stay for readers that began before. */
export const defaultGraceMs = 3_600_000;
