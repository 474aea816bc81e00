import { ensureAppImage } from './app-image.ts';
import { ensureBaseImage } from './base-image.ts';
import { type Cluster, startCluster } from './cluster.ts';

let plain: Promise<Cluster> | undefined;
let withNode: Promise<Cluster> | undefined;
const loaded = new Map<string, Promise<string>>();

/** One control plane for all files of a run: nothing runs pods there. */
export function sharedControlPlane(): Promise<Cluster> {
  plain ??= startCluster();
  return plain;
}

/** One cluster that runs pods, for all files of a run. */
export function sharedCluster(): Promise<Cluster> {
  withNode ??= startCluster({ node: true });
  return withNode;
}

/** The image as it ships, on the shared cluster's node. */
export function loadedAppImage(): Promise<string> {
  return loadOnce('app', ensureAppImage);
}

/** Node and nothing else: for pods that only have to end with a given code, wait, or connect somewhere. */
export function loadedBaseImage(): Promise<string> {
  return loadOnce('base', ensureBaseImage);
}

function loadOnce(key: string, ensure: () => Promise<string>): Promise<string> {
  const known = loaded.get(key);
  if (known !== undefined) return known;
  const made = Promise.all([sharedCluster(), ensure()]).then(async ([cluster, tag]) => {
    await cluster.loadImage(tag);
    return tag;
  });
  loaded.set(key, made);
  return made;
}

// A root hook: mocha runs it after the last file.
after(async function stopShared() {
  this.timeout(120_000);
  for (const cluster of [plain, withNode]) await (await cluster?.catch(() => undefined))?.stop();
});
