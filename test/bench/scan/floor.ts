import { readdirSync, readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';
import fetch from 'node-fetch';
import { WebSocket } from 'ws';
import type { RecordedCalls } from './record-calls.ts';

/**
 * The floor: a bare program that asks for the same pages as a scan, over one keep-alive agent and one WebSocket, parses
 * the JSON, counts, and keeps nothing. No scan of both sides can take less.
 */
const [recordFile = '', folder = ''] = process.argv.slice(2);
const calls = JSON.parse(readFileSync(recordFile, 'utf8')) as RecordedCalls;
const kubeconfig = JSON.parse(
  readFileSync(join(folder, readdirSync(folder).find((name) => name.endsWith('.kubeconfig')) ?? ''), 'utf8'),
) as { clusters: { cluster: { 'certificate-authority-data': string } }[] };
const clusterCa = Buffer.from(kubeconfig.clusters[0]?.cluster['certificate-authority-data'] ?? '', 'base64');
const nasCa = readFileSync(join(folder, 'nas01.pem'));

let bytes = 0;
let called = 0;
let rows = 0;

await readNas();
await readCluster();
process.stdout.write(`${JSON.stringify({ bytes, rows, calls: called })}\n`);

async function readNas(): Promise<void> {
  const socket = new WebSocket(calls.rpc.url, { ca: nasCa, maxPayload: 2 ** 30, perMessageDeflate: false });
  await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
  const waiting = new Map<unknown, () => void>();
  socket.on('message', (data) => {
    const text = String(data);
    bytes += text.length;
    const { id, result } = JSON.parse(text) as { id: unknown; result: unknown };
    if (Array.isArray(result)) rows += result.length;
    waiting.get(id)?.();
  });
  const call = (message: string) =>
    new Promise<void>((resolve) => {
      waiting.set((JSON.parse(message) as { id: unknown }).id, resolve);
      socket.send(message);
      called += 1;
    });
  const [login, ...others] = calls.rpc.messages;
  if (login !== undefined) await call(login);
  await inParallel(6, others, call);
  socket.close();
}

async function readCluster(): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 4, ca: clusterCa });
  const { origin, authorization } = calls.cluster;
  await inParallel(4, calls.lists, async (path) => {
    let token = '';
    do {
      const url = `${origin}${path}${token === '' ? '' : `&continue=${encodeURIComponent(token)}`}`;
      const text = await (await fetch(url, { agent, headers: { authorization, accept: 'application/json' } })).text();
      bytes += text.length;
      called += 1;
      const page = JSON.parse(text) as { items?: unknown[]; metadata?: { continue?: string } };
      rows += page.items?.length ?? 0;
      token = page.metadata?.continue ?? '';
    } while (token !== '');
  });
  agent.destroy();
}

async function inParallel<T>(count: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: count }, worker));
}
