// Builds and installs what the end-to-end tests need, once per machine, outside of any test's time limit. Ends with 77,
// after saying why, on a machine that can never run them.
import { platform } from 'node:process';
import { ensureAppImage } from './cluster/app-image.ts';
import { ensureBaseImage } from './cluster/base-image.ts';
import {
  ensureHelm,
  ensureKube,
  ensureKubectl,
  ensureNodePackages,
  ensureServicePackages,
  ensureSigningTools,
  ensureSnapshotCrds,
  ensureVault,
  hasProgram,
} from './cluster/tools.ts';

const cannotRun = 77;

async function findObstacle(): Promise<string | undefined> {
  if (platform !== 'linux') return 'they need Linux';
  if (process.getuid?.() !== 0) return 'they need root: containerd, kubelet and network namespaces';
  if (!(await hasProgram('apt-get'))) return 'they need a Debian with apt-get';
  if (!(await hasProgram('go'))) return 'they need Go 1.26 or newer to build Kubernetes and cosign';
  return undefined;
}

const steps = [
  ['Debian packages', async () => [await ensureNodePackages(), await ensureServicePackages()]],
  ['Kubernetes (6 to 9 minutes the first time)', async () => [await ensureKube(), await ensureKubectl()]],
  ['Helm and the snapshot CRDs', async () => [await ensureHelm(), await ensureSnapshotCrds()]],
  ['Vault (5 to 10 minutes the first time)', ensureVault],
  ['cosign and a registry (5 to 10 minutes the first time)', ensureSigningTools],
  ['base image', ensureBaseImage],
  ['image of Strandline', ensureAppImage],
] as const;

const obstacle = await findObstacle();
if (obstacle !== undefined) {
  process.stdout.write(`skipped: the end-to-end tests cannot run here: ${obstacle}\n`);
  process.exit(cannotRun);
}
for (const [name, ensure] of steps) {
  const startedMs = performance.now();
  await ensure();
  process.stdout.write(`${name}: ready after ${Math.round((performance.now() - startedMs) / 1000)} s\n`);
}
