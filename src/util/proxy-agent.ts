import http from 'node:http';
import { TLSSocket } from 'node:tls';
import { ProxyAgent } from 'proxy-agent';
import { type AgentOptions, type Agents, connectOptions, createHttpsAgent } from './agent.ts';
import { pinnedSocket } from './tls.ts';

/** Loaded only when HTTP_PROXY, HTTPS_PROXY or ALL_PROXY is set. */
export function createProxyAgents(options: AgentOptions): Agents {
  const agent = new PinningProxyAgent(options);
  return { forUrl: () => agent, destroy: () => agent.destroy() };
}

type Connect = ProxyAgent['connect'];

class PinningProxyAgent extends ProxyAgent {
  readonly #pins: readonly string[];

  constructor(options: AgentOptions) {
    const { maxSockets } = options;
    super({
      keepAlive: true,
      maxSockets,
      ...connectOptions(options),
      httpsAgent: createHttpsAgent(options),
      httpAgent: new http.Agent({ keepAlive: true, maxSockets }),
    } as ConstructorParameters<typeof ProxyAgent>[0]);
    this.#pins = options.tls.pins ?? [];
    // What is skipped for a pinned server must not be skipped for the proxy itself.
    this.connectOpts = {
      keepAlive: true,
      ...(options.tls.ca !== undefined && { ca: options.tls.ca }),
    } as ConstructorParameters<typeof ProxyAgent>[0] & object;
    // proxy-from-env knows no WSS_PROXY convention that anybody uses: a WebSocket takes the proxy of its http(s) twin.
    const fromEnvironment = this.getProxyForUrl;
    this.getProxyForUrl = (url, request) =>
      options.proxyUrl ?? fromEnvironment(url.replace(/^ws(s?):/, 'http$1:'), request);
  }

  override async connect(...args: Parameters<Connect>): ReturnType<Connect> {
    const agent = await super.connect(...args);
    if (this.#pins.length === 0 || !args[1].secureEndpoint || agent === this.httpsAgent) return agent;
    const socket = await (agent as unknown as { connect: (...a: Parameters<Connect>) => Promise<unknown> }).connect(
      ...args,
    );
    if (!(socket instanceof TLSSocket)) return socket as never;
    return (await pinnedSocket(socket, this.#pins)) as never;
  }
}
