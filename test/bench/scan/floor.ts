import { readdirSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import type { RecordedCall } from './record-calls.ts';

/**
 * The floor: a bare program that asks for the same pages as a scan, of NAS and cluster at the same time, over keep-alive
 * connections and one WebSocket, parses the JSON, counts, and keeps nothing. No scan of both sides can take less.
 */
type Rpc = Extract<RecordedCall, { kind: 'rpc' }>;
type Http = Extract<RecordedCall, { kind: 'http' }>;

const [recordFile = '', folder = ''] = process.argv.slice(2);
const recorded = readFileSync(recordFile, 'utf8').trim().split('\n');
const calls = recorded.map((line) => JSON.parse(line) as RecordedCall);
const named = (ending: string) => join(folder, readdirSync(folder).find((name) => name.endsWith(ending)) ?? '');
const kubeconfig = JSON.parse(readFileSync(named('.kubeconfig'), 'utf8')) as {
  clusters: { cluster: { server: string; 'certificate-authority-data': string; 'tls-server-name'?: string } }[];
};
const cluster = kubeconfig.clusters[0]?.cluster;
const clusterCa = Buffer.from(cluster?.['certificate-authority-data'] ?? '', 'base64');
const nasCa = readFileSync(named('.pem'));

const connections = 4;
const servername = cluster?.['tls-server-name'];
const clusterAgent = new Agent({ keepAlive: true, ca: clusterCa, ...(servername !== undefined && { servername }) });
const nasAgent = new Agent({ keepAlive: true, ca: nasCa });

let bytes = 0;
let called = 0;
let rows = 0;

await Promise.all([readNas(), inParallel(connections, calls.filter(isHttp).filter(isFirstPage), readPages)]);
clusterAgent.destroy();
nasAgent.destroy();
process.stdout.write(`${JSON.stringify({ bytes, rows, calls: called })}\n`);

async function readNas(): Promise<void> {
  const [login, ...others] = calls.filter((call): call is Rpc => call.kind === 'rpc');
  if (login === undefined) return;
  const options = { ca: nasCa, maxPayload: 2 ** 30, perMessageDeflate: false, skipUTF8Validation: true };
  const socket = new WebSocket(login.url, options);
  await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
  const waiting = new Map<unknown, () => void>();
  socket.on('message', (data: Buffer) => {
    const { id, result } = parse(data) as { id: unknown; result: unknown };
    if (Array.isArray(result)) rows += result.length;
    waiting.get(id)?.();
  });
  let lastId = 0;
  const call = ({ message }: Rpc) =>
    new Promise<void>((resolve) => {
      lastId += 1;
      waiting.set(lastId, resolve);
      socket.send(JSON.stringify({ ...(JSON.parse(message) as object), id: lastId }));
      called += 1;
    });
  await call(login);
  await inParallel(
    6,
    others.filter(({ message }) => !message.includes('"auth.login')),
    call,
  );
  socket.close();
}

async function readPages(call: Http): Promise<void> {
  let token = '';
  do {
    const next = token === '' ? '' : `&continue=${encodeURIComponent(token)}`;
    const page = (await ask(call, `${call.url}${next}`)) as { items?: unknown[]; metadata?: { continue?: string } };
    rows += page.items?.length ?? 0;
    token = page.metadata?.continue ?? '';
  } while (token !== '');
}

function ask({ method, headers, body, url: origin }: Http, url: string): Promise<unknown> {
  const { 'accept-encoding': _gzip, 'content-length': _length, ...others } = headers;
  const agent = origin.startsWith(cluster?.server ?? 'none') ? clusterAgent : nasAgent;
  called += 1;
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers: others, agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
      response.on('end', () => resolve(parse(Buffer.concat(chunks))));
    });
    sent.on('error', reject).end(body);
  });
}

function parse(answer: Buffer): unknown {
  bytes += answer.length;
  return JSON.parse(answer.toString('utf8'));
}

function isHttp(call: RecordedCall): call is Http {
  return call.kind === 'http';
}

/** Tokens are those of the floor's own reading. */
function isFirstPage({ url }: Http): boolean {
  return !url.includes('continue=');
}

async function inParallel<T>(count: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: count }, worker));
}
