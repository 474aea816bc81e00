// `npm run bench:serve [seconds] [minutes of the memory part]`: the service under load, beside an empty fastify handler.
// One child process serves, this one asks: both share the machine. Figures in docs/serve.md come from here.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import { join } from 'node:path';
import { WebSocket } from 'ws';

const seconds = Number(process.argv[2] ?? 60);
const memoryMinutes = Number(process.argv[3] ?? 10);
const clients = 100;
const subscribers = 1000;

const child = fork(join(import.meta.dirname, 'serve-server.ts'));
const [{ url, emptyUrl, token }] = (await once(child, 'message')) as [{ url: string; emptyUrl: string; token: string }];
const agent = new http.Agent({ keepAlive: true, maxSockets: clients });
const headers = { authorization: `Bearer ${token}` };

interface Measured {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly errors: number;
}

function ask(address: string): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    http
      .get(address, { agent, headers }, (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => {
          text += chunk;
        });
        answer.once('end', () => resolve({ status: answer.statusCode ?? 0, text }));
      })
      .once('error', reject);
  });
}

/** Each client asks again as soon as it has its answer. */
async function load(addressFor: (turn: number) => string, forSeconds: number): Promise<Measured> {
  const tookMs: number[] = [];
  let errors = 0;
  const until = performance.now() + forSeconds * 1000;
  let turn = 0;
  const client = async (): Promise<void> => {
    while (performance.now() < until) {
      const started = performance.now();
      turn += 1;
      const status = await ask(addressFor(turn)).then(
        (answer) => answer.status,
        () => 0,
      );
      if (status !== 200) errors += 1;
      tookMs.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  tookMs.sort((a, b) => a - b);
  const quantile = (q: number) => Math.round((tookMs[Math.floor(tookMs.length * q)] ?? 0) * 10) / 10;
  return {
    perSecond: Math.round(tookMs.length / forSeconds),
    ...{ p50Ms: quantile(0.5), p95Ms: quantile(0.95), p99Ms: quantile(0.99), errors },
  };
}

async function rssMib(): Promise<number> {
  child.send('memory');
  const [{ rssBytes }] = (await once(child, 'message')) as [{ rssBytes: number }];
  return Math.round(rssBytes / 2 ** 20);
}

const say = (name: string, value: unknown): void => {
  process.stdout.write(`${name}: ${JSON.stringify(value)}\n`);
};

/** What a dashboard and people ask for: pages, filters, sums; every tenth one asks for something nobody asked before. */
function mixed(turn: number): string {
  const paths = [
    'orphans?limit=100',
    `volumes?limit=100&namespace=prod/team-${turn % 200}`,
    'volumes?limit=100&sort=-usedBytes',
    'pools',
    'usage?by=namespace',
    'findings?severity=HIGH,CRITICAL',
    'forecasts',
    'findings?limit=100&fields=id,check,severity',
    'health',
    `volumes?limit=${1 + (turn % 997)}&sort=claim`,
  ];
  return `${url}/api/v1/${paths[turn % paths.length]}`;
}

const sockets: WebSocket[] = [];

async function subscribe(): Promise<number> {
  const address = `${url.replace('http', 'ws')}/api/v1/events`;
  for (let opened = 0; opened < subscribers; opened += 50) {
    const some = Array.from({ length: 50 }, () => new WebSocket(address, { headers }));
    await Promise.all(some.map((socket) => once(socket, 'open')));
    sockets.push(...some);
  }
  const told = sockets.map(
    (socket) =>
      new Promise<void>((resolve) => {
        socket.on('message', (data) => String(data).includes('"scan.finished"') && resolve());
      }),
  );
  const started = performance.now();
  child.send('scan');
  await Promise.all(told);
  return Math.round(performance.now() - started);
}

await load(mixed, 3); // warm
say('memory before, MiB', await rssMib());
say('empty fastify handler', await load(() => emptyUrl, Math.min(seconds, 20)));
say('100 clients, mixed requests', await load(mixed, seconds));
const { text } = await ask(`${url}/metrics`);
const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
const scrapes = await load(() => `${url}/metrics`, Math.min(seconds, 10));
say('metrics', { samples, samplesPerMinute: samples * scrapes.perSecond * 60, ...scrapes });
say('1000 subscribers hear of a whole scan, ms', await subscribe());
say('memory with 1000 subscribers, MiB', await rssMib());
const memory: number[] = [];
for (let minute = 0; minute < memoryMinutes; minute += 1) {
  await load(mixed, 50);
  child.send('scan');
  await new Promise((resolve) => setTimeout(resolve, 10_000));
  memory.push(await rssMib());
}
say('memory at the end of each minute under load, MiB', memory);
for (const socket of sockets) socket.terminate();
agent.destroy();
child.kill();
