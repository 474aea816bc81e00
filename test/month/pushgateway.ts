import { gunzipSync } from 'node:zlib';
import { type Loopback, listen } from '../support/loopback.ts';

export interface PushedGroup {
  /** By series: `strandline_findings{check="…",…}` */
  readonly samples: ReadonlyMap<string, number>;
}

/** Keeps what a Pushgateway keeps: groups by their key; PUT replaces a group, POST the metrics that it names. */
export interface Pushgateway {
  readonly url: string;
  isDown: boolean;
  /** Keys such as `strandline cluster/prod`. */
  readonly groups: ReadonlyMap<string, PushedGroup>;
  /** Keys of the groups pushed since `forget`. */
  readonly pushed: ReadonlySet<string>;
  forget(): void;
  close(): Promise<void>;
}

export async function startPushgateway(host: string): Promise<Pushgateway> {
  const groups = new Map<string, PushedGroup>();
  const pushed = new Set<string>();
  const server: Loopback = await listen(
    (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        if (gateway.isDown) {
          response.writeHead(503).end();
          return;
        }
        const body = Buffer.concat(chunks);
        const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString('utf8');
        const key = keyOf(request.url ?? '');
        const samples = parseSamples(text);
        groups.set(key, { samples: request.method === 'PUT' ? samples : merge(groups.get(key)?.samples, samples) });
        pushed.add(key);
        response.writeHead(200).end();
      });
    },
    undefined,
    host,
  );
  const gateway: Pushgateway = {
    url: server.url,
    isDown: false,
    groups,
    pushed,
    forget: () => pushed.clear(),
    close: () => server.close(),
  };
  return gateway;
}

/** `/metrics/job/strandline/source@base64/…` → `strandline cluster/prod` */
function keyOf(url: string): string {
  const [, job = '', , value = ''] = /^\/metrics\/job\/([^/]+)(?:\/([^/]+)\/([^/]+))?$/.exec(url) ?? [];
  return `${decodeURIComponent(job)} ${Buffer.from(value, 'base64url').toString('utf8')}`;
}

function parseSamples(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}

/** POST: metrics of the same name are replaced, others stay. */
function merge(before: ReadonlyMap<string, number> | undefined, now: ReadonlyMap<string, number>): Map<string, number> {
  const names = new Set([...now.keys()].map(nameOf));
  return new Map([...[...(before ?? [])].filter(([series]) => !names.has(nameOf(series))), ...now]);
}

function nameOf(series: string): string {
  return series.split('{', 1)[0] ?? '';
}

/** Sum of the samples of one metric whose labels are as wanted. */
export function sumOf(
  group: PushedGroup | undefined,
  name: string,
  isWanted: (labels: ReadonlyMap<string, string>) => boolean = () => true,
): number {
  let sum = 0;
  for (const [series, value] of group?.samples ?? []) {
    if (nameOf(series) !== name) continue;
    const labels = new Map([...series.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', text = '']) => [key, text]));
    if (isWanted(labels)) sum += value;
  }
  return sum;
}
