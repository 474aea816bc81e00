import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { run, tryRun } from './exec.ts';

/** Everything that is built once and kept. Shared by all checkouts on a machine. */
export const cacheDir: string = process.env['STRANDLINE_TEST_CACHE'] ?? join(homedir(), '.cache', 'test-kube');

const here = import.meta.dirname;
const kubernetes = 'v1.34.4';
const popeyeVersion = 'v0.22.1';
const helmVersion = 'v3.22.0';
const snapshotterModule = 'github.com/kubernetes-csi/external-snapshotter/client/v8@v8.7.0';

const nodePackages = ['containerd', 'runc', 'containernetworking-plugins', 'socat', 'iproute2', 'iptables', 'buildah'];
const imagePackages = ['debootstrap', 'buildah'];
const servicePackages = ['prometheus', 'prometheus-pushgateway'];

const kubeFile = join(cacheDir, `kube-${kubernetes}`);

/** Whether a control plane can be started here without building it first. */
export function hasKube(): boolean {
  return existsSync(kubeFile);
}

/** etcd, API server, controllers, scheduler and kubelet in one binary: 6 to 9 minutes with an empty Go cache. */
export async function ensureKube(): Promise<string> {
  if (hasKube()) return kubeFile;
  await requireProgram('go', 'Install Go 1.24 or newer.');
  const version = 'k8s.io/component-base/version';
  const flags = [
    '-s -w',
    `-X ${version}.gitVersion=${kubernetes} -X ${version}.gitMajor=1 -X ${version}.gitMinor=34`,
    `-X k8s.io/client-go/pkg/version.gitVersion=${kubernetes}`,
  ].join(' ');
  await goBuild(['-ldflags', flags, '-o', kubeFile, '.'], join(here, 'kube'));
  return kubeFile;
}

/** The kubectl of the machine, or one built from the same modules. */
export async function ensureKubectl(): Promise<string> {
  if (await hasProgram('kubectl')) return 'kubectl';
  const kubectl = join(cacheDir, `kubectl-${kubernetes}`);
  if (!existsSync(kubectl)) await goBuild(['-o', kubectl, 'k8s.io/kubernetes/cmd/kubectl'], join(here, 'kube'));
  return kubectl;
}

/** HashiCorp Vault, built from its Go module: about 5 minutes on two idle cores. */
export async function ensureVault(): Promise<string> {
  const vault = join(cacheDir, 'vault-1.19.0');
  if (existsSync(vault)) return vault;
  await requireProgram('go', 'Install Go 1.25 or newer.');
  await goBuild(['-ldflags', '-s -w', '-o', vault, '.'], join(here, 'vault'));
  return vault;
}

export async function ensureHelm(): Promise<string> {
  const helm = join(cacheDir, 'helm');
  if (existsSync(helm)) return helm;
  mkdirSync(cacheDir, { recursive: true });
  await run('go', ['install', `helm.sh/helm/v3/cmd/helm@${helmVersion}`], {
    env: { GOBIN: cacheDir, CGO_ENABLED: '0' },
  });
  return helm;
}

/** Signs and verifies images; serves the registry that they lie in. */
export interface SigningTools {
  readonly cosign: string;
  readonly crane: string;
}

/** 5 to 10 minutes with an empty Go cache: cosign brings the clients of every cloud's key service. */
export async function ensureSigningTools(): Promise<SigningTools> {
  const folder = join(here, '../signing');
  const required = readFileSync(join(folder, 'go.mod'), 'utf8');
  const ensure = async (module: string, program: string): Promise<string> => {
    const version = new RegExp(`${module} (v\\S+)`).exec(required)?.[1];
    const file = join(cacheDir, `${program.split('/').at(-1)}-${version}`);
    if (!existsSync(file)) await goBuild(['-ldflags', '-s -w', '-o', file, `${module}/${program}`], folder);
    return file;
  };
  return {
    crane: await ensure('github.com/google/go-containerregistry', 'cmd/crane'),
    cosign: await ensure('github.com/sigstore/cosign/v3', 'cmd/cosign'),
  };
}

/** Folder with the snapshot CRDs, out of the external-snapshotter's Go module. */
export async function ensureSnapshotCrds(): Promise<string> {
  const answer = await run('go', ['mod', 'download', '-json', snapshotterModule], { cwd: '/tmp' });
  const { Dir } = JSON.parse(answer) as { Dir: string };
  return join(Dir, 'config', 'crd');
}

/** A peer, to measure beside: built out of its own module, 5 to 10 minutes with an empty Go cache. */
export async function ensurePopeye(): Promise<string> {
  const popeye = join(cacheDir, `popeye-${popeyeVersion}`);
  if (existsSync(popeye)) return popeye;
  await requireProgram('go', 'Install Go 1.23 or newer.');
  const module = `github.com/derailed/popeye@${popeyeVersion}`;
  const { Dir } = JSON.parse(await run('go', ['mod', 'download', '-json', module], { cwd: '/tmp' })) as { Dir: string };
  await goBuild(['-ldflags', '-s -w', '-o', popeye, '.'], Dir);
  return popeye;
}

export async function ensureNodePackages(): Promise<void> {
  await ensurePackages(nodePackages);
}

export async function ensureImagePackages(): Promise<void> {
  await ensurePackages(imagePackages);
}

/** Servers that a scan delivers to. */
export async function ensureServicePackages(): Promise<void> {
  await ensurePackages(servicePackages);
}

const dpkgFormat = '${Package} ${db:Status-Status}\n';

/** Installs what is missing with apt-get. @throws when the machine has no apt-get or the packages cannot be had. */
export async function ensurePackages(wanted: readonly string[]): Promise<void> {
  const { stdout } = await tryRun('dpkg-query', ['-W', '-f', dpkgFormat, ...wanted]);
  const installed = new Set(
    stdout.split('\n').flatMap((line) => (line.endsWith(' installed') ? line.split(' ')[0] : [])),
  );
  const missing = wanted.filter((name) => !installed.has(name));
  if (missing.length === 0) return;
  await run('apt-get', ['update', '-qq']);
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], {
    env: { DEBIAN_FRONTEND: 'noninteractive' },
  });
}

async function goBuild(args: readonly string[], cwd: string): Promise<void> {
  mkdirSync(cacheDir, { recursive: true });
  await run('go', ['build', '-trimpath', ...args], { cwd, env: { CGO_ENABLED: '0', GOFLAGS: '-mod=readonly' } });
}

export async function hasProgram(name: string): Promise<boolean> {
  return (await tryRun('sh', ['-c', `command -v ${name}`])).code === 0;
}

async function requireProgram(name: string, remedy: string): Promise<void> {
  if (!(await hasProgram(name))) throw new Error(`${name} is missing. ${remedy}`);
}
