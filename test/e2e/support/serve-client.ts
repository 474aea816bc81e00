import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Finding } from '../../../src/model/finding.ts';
import { until } from '../cluster/exec.ts';
import { resultKeys } from './findings.ts';
import type { ServeRelease } from './serve-release.ts';

export interface ServePod {
  readonly name: string;
  readonly uid: string;
  readonly url: string;
}

interface Slice {
  readonly ports: readonly { readonly port: number }[];
  readonly endpoints: readonly {
    readonly addresses: readonly string[];
    readonly conditions: { readonly ready: boolean };
    readonly targetRef: { readonly name: string; readonly uid: string };
  }[];
}

const selector = 'kubernetes.io/service-name=strandline-serve';

function readyIn({ ports, endpoints }: Slice): readonly ServePod[] {
  return endpoints
    .filter(({ conditions }) => conditions.ready)
    .map(({ addresses, targetRef: { name, uid } }) => ({ name, uid, url: `http://${addresses[0]}:${ports[0]?.port}` }));
}

/** The pods that the Service sends requests to, as soon as there are two. */
export function twoReplicas({ cluster, namespace }: ServeRelease): Promise<[ServePod, ServePod]> {
  return until(
    `two ready endpoints in ${namespace}`,
    async () => {
      const text = await cluster.kc(['-n', namespace, 'get', 'endpointslices', '-l', selector, '-o', 'json']);
      const pods = (JSON.parse(text) as { items: Slice[] }).items.flatMap(readyIn);
      const [first, second] = pods;
      return pods.length === 2 && first && second ? [first, second] : undefined;
    },
    { timeoutMs: 120_000, everyMs: 500 },
  );
}

export function ask(
  { token }: ServeRelease,
  { url }: Pick<ServePod, 'url'>,
  path: string,
  init: RequestInit = {},
): Promise<Response> {
  return fetch(`${url}${path}`, { ...init, headers: { authorization: `Bearer ${token}` } });
}

export async function isScanning(release: ServeRelease, pod: ServePod): Promise<boolean> {
  const answer = await ask(release, pod, '/api/v1/scans?state=running');
  return ((await answer.json()) as { items: unknown[] }).items.length > 0;
}

export interface Answered {
  readonly scanId: string;
  /** As `findingKeys` of the truth. */
  readonly keys: readonly string[];
}

/** What a replica says was found. @returns undefined while it has no result. */
export async function findingsOf(release: ServeRelease, pod: ServePod): Promise<Answered | undefined> {
  const answer = await ask(release, pod, '/api/v1/findings?limit=1000');
  if (answer.status === 503) return undefined;
  if (answer.status !== 200) throw new Error(`${pod.name} answered ${answer.status}: ${await answer.text()}`);
  const { scan, items } = (await answer.json()) as { scan: { id: string }; items: Finding[] };
  return { scanId: scan.id, keys: resultKeys({ findings: items }) };
}

export interface Load {
  readonly failures: string[];
  readonly answered: () => number;
  /** Replicas that were asked. */
  readonly urls: () => ReadonlySet<string>;
  stop(): Promise<void>;
}

/** Clients without a pause, sent on as a load balancer does it: to whoever is ready, as the Service's endpoints tell. */
export async function startLoad(release: ServeRelease, clients = 8): Promise<Load> {
  const { cluster, namespace } = release;
  const slices = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?watch=1&labelSelector=${encodeURIComponent(selector)}`;
  const args = ['--kubeconfig', cluster.kubeconfig, 'get', '--raw', slices]; // --watch prints nothing but the first
  const watch = spawn(cluster.kubectl, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let backends: readonly string[] = [];
  const met = new Set<string>();
  createInterface(watch.stdout).on('line', (line) => {
    const { object } = JSON.parse(line) as { object: Slice };
    backends = readyIn(object).map(({ url }) => url);
  });
  await until('the endpoints', async () => backends.length > 0 || undefined);
  const failures: string[] = [];
  let answered = 0;
  let isOver = false;
  const client = async (_: unknown, start: number): Promise<void> => {
    for (let turn = start; !isOver; turn += 1) {
      const url = backends[turn % backends.length];
      const failure = url === undefined ? 'nobody is ready' : await one(url);
      if (failure === undefined) continue;
      failures.push(failure);
      await sleep(100);
    }
  };
  /** @returns why it was not answered. */
  const one = async (url: string): Promise<string | undefined> => {
    met.add(url);
    try {
      const answer = await ask(release, { url }, '/api/v1/findings?limit=1000');
      await answer.text();
      if (answer.status !== 200) return `${url}: ${answer.status}`;
      answered += 1;
      return undefined;
    } catch (error) {
      return `${url}: ${String((error as Error).cause)}`;
    }
  };
  const running = Promise.all(Array.from({ length: clients }, client));
  return {
    failures,
    answered: () => answered,
    urls: () => met,
    async stop() {
      isOver = true;
      await running;
      watch.kill();
    },
  };
}
