import http from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import type { TlsOptions } from '../model/targets.ts';
import { isPinnedOnly, pinnedSocket, tlsConnectOptions } from './tls.ts';

/** Keep-alive agents for one system. Serve node-fetch, `ws` and node:https alike. */
export interface Agents {
  forUrl(url: URL): http.Agent;
  destroy(): void;
}

export interface AgentOptions {
  readonly tls: TlsOptions;
  /** What a kubeconfig gave (ca, cert, key, servername, rejectUnauthorized); wins over `tls` except for pins and minVersion. */
  readonly connect?: ConnectionOptions;
  readonly maxSockets: number;
  /** `proxy-url` of a kubeconfig; wins over the environment. */
  readonly proxyUrl?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export async function createAgents(options: AgentOptions): Promise<Agents> {
  const { maxSockets } = options;
  if (isProxied(options)) return (await import('./proxy-agent.ts')).createProxyAgents(options);
  const secure = createHttpsAgent(options);
  const plain = new http.Agent({ keepAlive: true, maxSockets });
  return {
    forUrl: (url) => (isSecure(url) ? secure : plain),
    destroy() {
      secure.destroy();
      plain.destroy();
    },
  };
}

export function createHttpsAgent(options: AgentOptions): https.Agent {
  const { pins = [] } = options.tls;
  const agentOptions = { keepAlive: true, maxSockets: options.maxSockets, ...connectOptions(options) };
  return pins.length > 0 ? new PinnedAgent(agentOptions, pins) : new https.Agent(agentOptions);
}

/** With a pin alone the chain is not verified; every caller must then check the pin before it hands the socket out. */
export function connectOptions({ tls, connect = {} }: AgentOptions): ConnectionOptions {
  const own = tlsConnectOptions(tls);
  const pinOnly = isPinnedOnly(tls) && connect.ca === undefined;
  return {
    ...own,
    ...connect,
    minVersion: own.minVersion,
    ...(own.checkServerIdentity !== undefined && { checkServerIdentity: own.checkServerIdentity }),
    ...(pinOnly && { rejectUnauthorized: false }),
  } as ConnectionOptions;
}

/** Hands a socket out only after the pin was checked, so that no byte of a request leaves before. */
class PinnedAgent extends https.Agent {
  readonly #pins: readonly string[];

  constructor(options: https.AgentOptions, pins: readonly string[]) {
    super({ ...options, maxCachedSessions: 0 });
    this.#pins = pins;
  }

  override createConnection(
    options: https.RequestOptions,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const socket = super.createConnection(options) as TLSSocket;
    pinnedSocket(socket, this.#pins).then(
      () => callback?.(null, socket),
      (error: Error) => callback?.(error, socket),
    );
    return undefined;
  }
}

/** True when the environment or a kubeconfig names a proxy. */
export function isProxied({ proxyUrl, env = process.env }: Pick<AgentOptions, 'proxyUrl' | 'env'>): boolean {
  return proxyUrl !== undefined || usesProxy(env);
}

function isSecure(url: URL): boolean {
  return url.protocol === 'https:' || url.protocol === 'wss:';
}

function usesProxy(env: Readonly<Record<string, string | undefined>>): boolean {
  const names = ['http_proxy', 'https_proxy', 'all_proxy'];
  return names.some((name) => (env[name] ?? '') !== '' || (env[name.toUpperCase()] ?? '') !== '');
}
