import { ensureAppImage } from './app-image.ts';
import { type Cluster, startCluster } from './cluster.ts';

let plain: Promise<Cluster> | undefined;
let withNode: Promise<Cluster> | undefined;
let loaded: Promise<string> | undefined;

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

/** The image as it ships, on the shared cluster's node: loaded once for all files of a run. */
export function loadedAppImage(): Promise<string> {
  loaded ??= Promise.all([sharedCluster(), ensureAppImage()]).then(async ([cluster, tag]) => {
    await cluster.loadImage(tag);
    return tag;
  });
  return loaded;
}

// A root hook: mocha runs it after the last file.
after(async function stopShared() {
  this.timeout(120_000);
  for (const cluster of [plain, withNode]) await (await cluster?.catch(() => undefined))?.stop();
});
