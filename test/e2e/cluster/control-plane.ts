import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run, tryRun, until } from './exec.ts';
import { startProcess, stopProcess } from './processes.ts';
import { freePorts, type Slot } from './slot.ts';
import { ensureKube, ensureKubectl } from './tools.ts';

export interface ControlPlane {
  readonly kube: string;
  readonly kubectl: string;
  readonly kubeconfig: string;
  readonly port: number;
  /** `http://127.0.0.1:port` */
  readonly etcd: string;
  startControllerManager(): Promise<void>;
  stopControllerManager(): Promise<void>;
}

/**
 * etcd, API server (RBAC on) and controller-manager. With a node the API server listens on all addresses, for pods
 * reach it through the first service address, which is made an address of this host.
 */
export async function startControlPlane(slot: Slot, withNode: boolean): Promise<ControlPlane> {
  const [kube, kubectl] = await Promise.all([ensureKube(), ensureKubectl()]);
  const { stateDir } = slot;
  const [port, etcdPort, peerPort] = await freePorts(3);
  const token = randomBytes(16).toString('hex');
  const kubeconfig = join(stateDir, 'kubeconfig');
  await run('openssl', ['genrsa', '-out', join(stateDir, 'sa.key'), '2048']);
  await writeFile(join(stateDir, 'tokens.csv'), `${token},admin,admin,"system:masters"\n`, { mode: 0o600 });
  await writeFile(
    kubeconfig,
    adminKubeconfig(`https://127.0.0.1:${port}`, join(stateDir, 'certs/apiserver.crt'), token),
    {
      mode: 0o600,
    },
  );

  const etcd = `http://127.0.0.1:${etcdPort}`;
  const peer = `http://127.0.0.1:${peerPort}`;
  startProcess(stateDir, 'etcd', kube, [
    'etcd',
    ...flags({
      'data-dir': join(stateDir, 'etcd'),
      'unsafe-no-fsync': 'true',
      'log-level': 'error',
      'quota-backend-bytes': String(4 * 1024 ** 3),
      'listen-client-urls': etcd,
      'advertise-client-urls': etcd,
      'listen-peer-urls': peer,
      'initial-advertise-peer-urls': peer,
      'initial-cluster': `default=${peer}`,
    }),
  ]);
  startProcess(stateDir, 'kube-apiserver', kube, [
    'kube-apiserver',
    ...flags({
      'etcd-servers': etcd,
      'secure-port': String(port),
      'bind-address': withNode ? '0.0.0.0' : '127.0.0.1',
      ...(withNode && { 'advertise-address': slot.gateway }),
      'cert-dir': join(stateDir, 'certs'),
      'service-account-key-file': join(stateDir, 'sa.key'),
      'service-account-signing-key-file': join(stateDir, 'sa.key'),
      'service-account-issuer': 'https://kubernetes.default.svc',
      'token-auth-file': join(stateDir, 'tokens.csv'),
      'authorization-mode': 'RBAC',
      'service-cluster-ip-range': slot.serviceCidr,
      'allow-privileged': 'true',
      'kubelet-preferred-address-types': 'InternalIP',
    }),
  ]);
  const isReady = async (...args: string[]) =>
    (await tryRun(kubectl, ['--kubeconfig', kubeconfig, ...args])).code === 0 || undefined;
  await until(`API server (log in ${stateDir})`, () => isReady('get', '--raw', '/readyz'));

  async function startControllerManager(): Promise<void> {
    startProcess(stateDir, 'kube-controller-manager', kube, [
      'kube-controller-manager',
      ...asAdmin(kubeconfig),
      ...flags({
        'service-account-private-key-file': join(stateDir, 'sa.key'),
        'root-ca-file': join(stateDir, 'certs/apiserver.crt'),
        'kube-api-qps': '1000', // or binding 10,000 claims takes an hour
        'kube-api-burst': '2000',
      }),
    ]);
  }
  await startControllerManager();
  await until('service account default', () => isReady('-n', 'default', 'get', 'serviceaccount', 'default'));
  const stopControllerManager = () => stopProcess(stateDir, 'kube-controller-manager');
  return { kube, kubectl, kubeconfig, port: port ?? 0, etcd, startControllerManager, stopControllerManager };
}

export function asAdmin(kubeconfig: string): string[] {
  return flags({
    kubeconfig,
    'authentication-kubeconfig': kubeconfig,
    'authorization-kubeconfig': kubeconfig,
    'secure-port': '0',
    'leader-elect': 'false',
  });
}

export function flags(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).map(([name, value]) => `--${name}=${value}`);
}

/** The API server's certificate names its services, not 127.0.0.1: hence tls-server-name. */
function adminKubeconfig(server: string, caFile: string, token: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'test',
        cluster: { server, 'tls-server-name': 'kubernetes.default.svc', 'certificate-authority': caFile },
      },
    ],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'admin' } }],
    'current-context': 'test',
  });
}
