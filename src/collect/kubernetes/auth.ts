import type { RequestOptions } from 'node:https';
import type { ConnectionOptions } from 'node:tls';
import { ConfigError } from '../../errors.ts';
import type { ClusterTarget } from '../../model/targets.ts';
import { isLoopback } from '../../util/is-loopback.ts';
import { Secret } from '../../util/secret.ts';
import { leaveTrace } from '../../util/trail.ts';
import { createExecCredentials, type ExecPlugin } from './exec-auth.ts';
import { type KubeConfigOptions, loadKubeConfig } from './kube-config.ts';

/** How to reach one cluster and who we are there. */
export interface ClusterAuth {
  /** `https://host:port`, without a slash at the end. */
  readonly server: string;
  readonly isInCluster: boolean;
  readonly proxyUrl?: string;
  /** CA, client certificate and server name. */
  readonly connect: ConnectionOptions;
  /** How the kubeconfig has made the connection weaker than the default. */
  readonly weakTls: readonly string[];
  /** Asked for before every request: token files rotate, plugin credentials end. */
  headers(): Promise<Readonly<Record<string, string>>>;
}

/** @throws ConfigError for a kubeconfig that cannot be used, SourceError when its credential plugin fails. */
export async function loadClusterAuth(target: ClusterTarget, options: KubeConfigOptions = {}): Promise<ClusterAuth> {
  const config = await loadKubeConfig(target, options);
  const cluster = config.getCurrentCluster();
  const user = config.getCurrentUser();
  if (cluster === null || user === null) throw new ConfigError(`cluster ${target.name}: the kubeconfig is incomplete`);
  refusePlainHttp(target, cluster.server, cluster.skipTLSVerify);
  const plugin = (user.exec ?? user.authProvider?.config?.exec) as ExecPlugin | undefined;
  if (plugin?.command !== undefined) {
    const credentials = createExecCredentials(plugin, target.callTimeoutMs);
    config.users = config.users.map((each) =>
      each.name === user.name ? { ...each, exec: undefined, authProvider: undefined } : each,
    );
    config.addAuthenticator({
      isAuthProvider: ({ name }) => name === user.name,
      async applyAuthentication(_user, request) {
        const { token, cert, key } = await credentials();
        if (cert !== undefined && key !== undefined) Object.assign(request, { cert, key });
        if (token !== undefined) request.headers = { ...request.headers, Authorization: `Bearer ${token}` };
      },
    });
  }

  async function apply(): Promise<RequestOptions> {
    const request: RequestOptions = { headers: {} };
    await config.applyToHTTPSOptions(request);
    return request;
  }

  const from = plugin?.command === undefined ? fromWords(target) : 'credential plugin of the kubeconfig';
  leaveTrace({ kind: 'credential', name: `cluster/${target.name}`, from, outcome: 'ok' });
  return {
    server: cluster.server.replace(/\/+$/, ''),
    isInCluster: user.name === 'inClusterUser',
    ...(cluster.proxyUrl !== undefined && { proxyUrl: cluster.proxyUrl }),
    connect: toConnect(await readFiles(target, apply)),
    weakTls: weaknessesOf(target, cluster.server, cluster.skipTLSVerify),
    headers: async () => toHeaders(await readFiles(target, apply)),
  };
}

/** A pin makes up for a chain that nobody checks. */
function weaknessesOf(target: ClusterTarget, server: string, skipTlsVerify: boolean): readonly string[] {
  const { protocol, hostname } = new URL(server);
  if (protocol === 'http:')
    return isLoopback(hostname) ? [] : ['credentials and answers travel in clear text (http in the kubeconfig)'];
  if (!skipTlsVerify || (target.tls.pins ?? []).length > 0) return [];
  return ['any certificate is accepted (insecure-skip-tls-verify in the kubeconfig)'];
}

function fromWords({ source }: ClusterTarget): string {
  if (source.kind === 'inCluster') return 'service account of the pod';
  return source.file === undefined ? 'kubeconfig' : `kubeconfig ${source.file}`;
}

function toConnect(request: RequestOptions): ConnectionOptions {
  const { ca, cert, key, servername, rejectUnauthorized } = request;
  if (typeof key === 'string' || Buffer.isBuffer(key)) new Secret(key.toString());
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(servername !== undefined && { servername }),
    ...(rejectUnauthorized !== undefined && { rejectUnauthorized }),
  } as ConnectionOptions;
}

function toHeaders(request: RequestOptions): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers ?? {})) headers[name.toLowerCase()] = String(value).trim();
  if (typeof request.auth === 'string')
    headers['authorization'] ??= `Basic ${Buffer.from(request.auth).toString('base64')}`;
  const credential = headers['authorization']?.replace(/^\w+ /, '');
  if (credential !== undefined) remember(credential);
  return headers;
}

const remembered = new Set<string>();

/** From here on the credential is cleaned out of every log and error. */
function remember(credential: string): void {
  if (remembered.has(credential)) return;
  remembered.add(credential);
  new Secret(credential);
}

/** client-node reads CA, certificate and token files while it fills the options. */
async function readFiles<T>(target: ClusterTarget, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    const { code, path } = cause as NodeJS.ErrnoException;
    if (code === undefined || path === undefined) throw cause;
    throw new ConfigError(`cluster ${target.name}: ${path}, which the kubeconfig names, cannot be read (${code})`, {
      cause,
      remedy: 'Restore the file, or correct its path in the kubeconfig.',
    });
  }
}

function refusePlainHttp(target: ClusterTarget, server: string, skipTlsVerify: boolean): void {
  if (server.startsWith('https://')) return;
  const isHttp = server.startsWith('http://');
  if (isHttp && skipTlsVerify) return;
  throw new ConfigError(`cluster ${target.name}: ${isHttp ? 'the server is plain http' : 'no valid URL'}: ${server}`, {
    remedy: isHttp
      ? 'Use https, or set insecure-skip-tls-verify: true for that cluster in the kubeconfig (kubectl proxy).'
      : 'Correct clusters[].cluster.server in the kubeconfig.',
  });
}
