import { readdir, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import type { Cluster } from './cluster.ts';
import { run } from './exec.ts';
import type { Manifest } from './manifests.ts';

interface Peer {
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
  readonly namespaceSelector?: { readonly matchLabels?: Readonly<Record<string, string>> };
  readonly podSelector?: unknown;
}

interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly Port[];
}

interface Port {
  readonly protocol?: string;
  readonly port: number;
}

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly { key: string; operator: string; values: readonly string[] }[];
}

/**
 * The harness's network enforces no policies, so this plays the CNI: the policies that select a pod become iptables
 * commands for its network namespace. What it does not understand it refuses, rather than let it through.
 * `podAddresses` gives the addresses of all pods in the namespaces that have these labels.
 */
export function buildPacketFilter(
  policies: readonly Manifest[],
  labels: Readonly<Record<string, string>>,
  podAddresses: (namespaceLabels: Readonly<Record<string, string>>) => readonly string[],
): string[][] {
  const mine = policies.filter((policy) => selects(policy['spec'].podSelector as Selector, labels));
  const commands: string[][] = [];
  for (const [type, chain] of [
    ['Ingress', 'INPUT'],
    ['Egress', 'OUTPUT'],
  ] as const) {
    const active = mine.filter((policy) => (policy['spec'].policyTypes as string[]).includes(type));
    if (active.length === 0) continue;
    const device = chain === 'INPUT' ? '-i' : '-o';
    commands.push(['-A', chain, device, 'lo', '-j', 'ACCEPT']);
    commands.push(['-A', chain, '-m', 'conntrack', '--ctstate', 'ESTABLISHED,RELATED', '-j', 'ACCEPT']);
    for (const policy of active) {
      if (type === 'Ingress') commands.push(...((policy['spec'].ingress ?? []) as Rule[]).flatMap(toAdmissions));
      if (type === 'Egress') commands.push(...((policy['spec'].egress ?? []) as Rule[]).flatMap(toAccepts));
    }
    commands.push(['-A', chain, '-j', 'REJECT']);
  }
  return commands;

  function toAccepts({ to, ports }: Rule): string[][] {
    if (to === undefined || ports === undefined) throw new Error('a rule without targets or ports lets everything out');
    return to.flatMap(toAddresses).flatMap((address) => ports.map((port) => accept('OUTPUT', port, ['-d', address])));
  }

  /** A named port would have to be looked up in the pod, and who may come in is not played. */
  function toAdmissions({ from, ports }: Rule): string[][] {
    if (from !== undefined || ports === undefined) throw new Error('ingress is played for ports only');
    return ports.map((port) => accept('INPUT', port));
  }

  function accept(chain: string, { protocol = 'TCP', port }: Port, peer: readonly string[] = []): string[] {
    if (!Number.isInteger(port)) throw new Error(`the port ${port} is not played`);
    return ['-A', chain, ...peer, '-p', protocol.toLowerCase(), '--dport', String(port), '-j', 'ACCEPT'];
  }

  function toAddresses({ ipBlock, namespaceSelector, podSelector }: Peer): readonly string[] {
    if (ipBlock?.except !== undefined || podSelector !== undefined) throw new Error('this kind of peer is not played');
    if (ipBlock !== undefined) return [ipBlock.cidr];
    return podAddresses(namespaceSelector?.matchLabels ?? {});
  }
}

function selects({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Readonly<Record<string, string>>) {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values }) => {
      if (operator !== 'In') throw new Error(`the operator ${operator} is not played`);
      return values.includes(labels[key] ?? '');
    })
  );
}

/** Puts the filter into the pod's own network namespace. Only its processes see it. */
export async function enforce(cluster: Cluster, namespace: string, pod: string, commands: string[][]): Promise<void> {
  const uid = (await cluster.kc(['-n', namespace, 'get', 'pod', pod, '-o', 'jsonpath={.metadata.uid}'])).trim();
  const pid = await processOfPod(uid);
  for (const command of commands) await run('nsenter', [`--net=/proc/${pid}/ns/net`, 'iptables', '-w', ...command]);
}

async function processOfPod(uid: string): Promise<string> {
  const pid = await findProcess(uid, /./);
  if (pid === undefined) throw new Error(`no process of pod ${uid}`);
  return String(pid);
}

/** A process of the pod, found by its cgroup, whose command line matches. `tini` and its child both name the program. */
export async function findProcess(podUid: string, command: RegExp): Promise<number | undefined> {
  let found: number | undefined;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)) {
    const [groups, line] = await Promise.all(
      ['cgroup', 'cmdline'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')),
    );
    if (groups?.includes(podUid) && command.test(line ?? '')) found = pid;
  }
  return found;
}

/** A new connection: one that stood before a filter came may outlive it. @throws when there is none within 2 s. */
export function connectFromHost(host: string, port: number): Promise<true> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout: 2_000 });
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('timeout', () => {
      socket.destroy();
      reject(new Error('silence'));
    });
    socket.on('error', reject);
  });
}
