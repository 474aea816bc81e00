import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeControlGroup } from './control-groups.ts';
import { asAdmin, type ControlPlane, flags } from './control-plane.ts';
import { run, tryRun, until } from './exec.ts';
import { buildImage, hasImage, loadImage } from './image.ts';
import { startProcess } from './processes.ts';
import { freePorts, type Slot } from './slot.ts';
import { ensureNodePackages } from './tools.ts';

export const nodeName = 'node-1';
const pauseTag = 'localhost/strandline-pause:1';

/** Scheduler, containerd and a kubelet that runs real pods on a bridge of its own. Needs root. */
export async function startNode(slot: Slot, plane: ControlPlane): Promise<void> {
  await ensureNodePackages();
  const { stateDir, serviceIp } = slot;
  await run('ip', ['addr', 'replace', `${serviceIp}/32`, 'dev', 'lo']);
  startProcess(stateDir, 'socat', 'socat', [
    `TCP-LISTEN:443,bind=${serviceIp},fork,reuseaddr`,
    `TCP:127.0.0.1:${plane.port}`,
  ]);
  await startContainerd(slot);
  await startKubelet(slot, plane);
  await until(
    `node ready (logs in ${stateDir})`,
    async () => {
      const { code } = await tryRun(plane.kubectl, [
        ...['--kubeconfig', plane.kubeconfig, 'wait', '--for=condition=Ready', `node/${nodeName}`, '--timeout=1s'],
      ]);
      return code === 0 || undefined;
    },
    { timeoutMs: 90_000 },
  );
}

async function startContainerd(slot: Slot): Promise<void> {
  const { stateDir } = slot;
  const socket = containerdSocket(stateDir);
  await mkdir(join(stateDir, 'cni'), { recursive: true });
  await writeFile(join(stateDir, 'cni', '10-strandline.conflist'), JSON.stringify(bridgeNetwork(slot)));
  // restrict_oom_score_adj: a container may not lower its score where root lacks CAP_SYS_RESOURCE.
  await writeFile(
    join(stateDir, 'containerd.toml'),
    [
      'version = 2',
      `root = "${stateDir}/containerd"`,
      `state = "${stateDir}/containerd-run"`,
      '[grpc]',
      `address = "${socket}"`,
      '[plugins."io.containerd.grpc.v1.cri"]',
      `sandbox_image = "${pauseTag}"`,
      'restrict_oom_score_adj = true',
      'netns_mounts_under_state_dir = true',
      '[plugins."io.containerd.grpc.v1.cri".containerd]',
      'snapshotter = "overlayfs"',
      '[plugins."io.containerd.grpc.v1.cri".cni]',
      'bin_dir = "/usr/lib/cni"',
      `conf_dir = "${stateDir}/cni"`,
      '',
    ].join('\n'),
  );
  startProcess(stateDir, 'containerd', 'containerd', ['-c', join(stateDir, 'containerd.toml')]);
  await until('containerd', async () => (await tryRun('ctr', ['-a', socket, 'version'])).code === 0 || undefined);
  await ensurePauseImage(stateDir);
  await loadImage(stateDir, pauseTag);
}

async function ensurePauseImage(stateDir: string): Promise<void> {
  if (await hasImage(pauseTag)) return;
  const pause = join(import.meta.dirname, 'pause');
  await run('go', ['build', '-trimpath', '-o', join(stateDir, 'pause'), '.'], {
    cwd: pause,
    env: { CGO_ENABLED: '0' },
  });
  await buildImage({
    containerfile: join(pause, 'Containerfile'),
    contextDir: stateDir,
    only: ['pause'],
    tag: pauseTag,
  });
}

async function startKubelet(
  { stateDir, serviceIp, controlGroup }: Slot,
  { kube, kubeconfig }: ControlPlane,
): Promise<void> {
  const [port] = await freePorts(1);
  await makeControlGroup(controlGroup);
  await writeFile(
    join(stateDir, 'kubelet.yaml'),
    JSON.stringify({
      apiVersion: 'kubelet.config.k8s.io/v1beta1',
      kind: 'KubeletConfiguration',
      port,
      healthzPort: 0,
      authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
      authorization: { mode: 'AlwaysAllow' },
      cgroupDriver: 'cgroupfs',
      cgroupRoot: `/${controlGroup}`,
      failSwapOn: false,
      failCgroupV1: false,
      enforceNodeAllocatable: [],
      containerRuntimeEndpoint: `unix://${containerdSocket(stateDir)}`,
      imageGCHighThresholdPercent: 100,
      makeIPTablesUtilChains: false,
      podLogsDir: podLogs(stateDir),
      evictionHard: { 'memory.available': '1Mi', 'nodefs.available': '0%', 'imagefs.available': '0%' },
    }),
  );
  startProcess(stateDir, 'kube-scheduler', kube, ['kube-scheduler', ...asAdmin(kubeconfig)]);
  startProcess(stateDir, 'kubelet', kube, [
    'kubelet',
    ...flags({
      kubeconfig,
      config: join(stateDir, 'kubelet.yaml'),
      'root-dir': join(stateDir, 'kubelet'),
      'hostname-override': nodeName,
      'node-ip': serviceIp, // so that `kubectl logs` finds the kubelet
    }),
  ]);
}

/** What the processes' recorded pids do not cover: containers (their shims outlive containerd), mounts, addresses. */
export async function removeContainers(stateDir: string): Promise<void> {
  if (!existsSync(containerdSocket(stateDir))) return;
  const ctr = ['-a', containerdSocket(stateDir), '-n', 'k8s.io'];
  const { stdout, code } = await tryRun('ctr', [...ctr, 'tasks', 'ls', '-q'], { timeoutMs: 10_000 });
  if (code !== 0) return;
  const tasks = stdout.split('\n').filter(Boolean);
  await Promise.all(tasks.map((task) => tryRun('ctr', [...ctr, 'tasks', 'rm', '--force', task])));
}

export async function removeNetwork(slot: Slot): Promise<void> {
  await tryRun('ip', ['link', 'del', slot.bridge]);
  await tryRun('ip', ['addr', 'del', `${slot.serviceIp}/32`, 'dev', 'lo']);
}

export async function unmountBelow(dir: string): Promise<void> {
  const mounts = (await readFile('/proc/mounts', 'utf8')).split('\n').flatMap((line) => line.split(' ')[1] ?? []);
  for (const mount of mounts
    .filter((path) => path.startsWith(`${dir}/`))
    .sort()
    .reverse()) {
    await tryRun('umount', ['-l', mount]);
  }
}

/** The kubelet links every log below /var/log/containers, whatever its own folders are. */
export async function removeLogLinks(stateDir: string): Promise<void> {
  const folder = '/var/log/containers';
  for (const name of await readdir(folder).catch(() => [])) {
    const target = await readlink(join(folder, name)).catch(() => '');
    if (target.startsWith(`${podLogs(stateDir)}/`)) await rm(join(folder, name), { force: true });
  }
}

function podLogs(stateDir: string): string {
  return join(stateDir, 'pod-logs');
}

export function containerdSocket(stateDir: string): string {
  return join(stateDir, 'containerd.sock');
}

function bridgeNetwork({ bridge, stateDir, podCidr, gateway }: Slot) {
  return {
    cniVersion: '0.4.0',
    name: 'strandline',
    plugins: [
      {
        type: 'bridge',
        bridge,
        isGateway: true,
        ipMasq: false,
        ipam: {
          type: 'host-local',
          dataDir: join(stateDir, 'ipam'),
          ranges: [[{ subnet: podCidr, gateway }]],
          routes: [{ dst: '0.0.0.0/0' }],
        },
      },
    ],
  };
}
