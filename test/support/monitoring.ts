import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startProgram } from './start-program.ts';

export const run = promisify(execFile);
export const monitoringFolder = join(import.meta.dirname, '../../cronjob/monitoring');

type Labels = Readonly<Record<string, string>>;

export interface Monitoring {
  /** Of the Pushgateway. */
  readonly gatewayUrl: string;
  readonly prometheusUrl: string;
  /** Waits until a query gives this value; fails with the last one seen. */
  eventually(query: string, expected: string): Promise<void>;
  /** The labels of every series that a query gives now. */
  series(query: string): Promise<readonly Labels[]>;
  /** Waits until every rule was evaluated twice from now on: recorded series feed other rules. */
  evaluated(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * The real Pushgateway and Prometheus with the rules and the scrape example that are shipped, only faster: every second.
 * Needs the Debian packages prometheus and prometheus-pushgateway; fails where they are missing.
 */
export async function startMonitoring(): Promise<Monitoring> {
  const folder = await mkdtemp(join(tmpdir(), 'prometheus-'));
  // Debian's Pushgateway would keep what an earlier test has pushed.
  const gateway = await startProgram('prometheus-pushgateway', ['--persistence.file='], '/-/ready');
  const rules = await readFile(join(monitoringFolder, 'rules.yaml'), 'utf8');
  await writeFile(join(folder, 'rules.yaml'), rules.replaceAll('interval: 1m', 'interval: 1s'));
  const scrape = await readFile(join(monitoringFolder, 'scrape.yaml'), 'utf8');
  const config = `global: {scrape_interval: 1s}\n${scrape.replace('pushgateway:9091', gateway.url.slice(7))}`;
  await writeFile(join(folder, 'prometheus.yml'), config);
  const files = [`--config.file=${join(folder, 'prometheus.yml')}`, `--storage.tsdb.path=${join(folder, 'data')}`];
  const prometheus = await startProgram('prometheus', files, '/-/ready');
  const { url } = prometheus;

  return {
    gatewayUrl: gateway.url,
    prometheusUrl: url,
    async eventually(query, expected) {
      const deadline = Date.now() + 30_000;
      for (;;) {
        const { stdout } = await run('promtool', ['query', 'instant', url, query]);
        const seen = /=> (\S+) @/.exec(stdout)?.[1] ?? 'nothing';
        if (seen === expected) return;
        if (Date.now() > deadline) assert.equal(seen, expected, query);
        await pause(200);
      }
    },
    async series(query) {
      const { stdout } = await run('promtool', ['query', 'instant', '-o', 'json', url, query]);
      return (JSON.parse(stdout) as { metric: Labels }[]).map(({ metric }) => metric);
    },
    async evaluated() {
      for (let times = 0; times < 2; times += 1) {
        const from = Date.now();
        while ((await oldestEvaluation(url)) <= from) await pause(200);
      }
    },
    async stop() {
      await Promise.all([prometheus.stop(), gateway.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function oldestEvaluation(url: string): Promise<number> {
  const { data } = (await (await fetch(`${url}/api/v1/rules`)).json()) as {
    data: { groups: { lastEvaluation: string }[] };
  };
  return Math.min(...data.groups.map(({ lastEvaluation }) => Date.parse(lastEvaluation)));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
