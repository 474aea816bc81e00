import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { Config } from '../../../src/config/schema.ts';
import { deliverAll } from '../../../src/deliver/deliver-all.ts';
import { buildSourceGroups } from '../../../src/deliver/pushgateway/build.ts';
import { formatMetrics } from '../../../src/deliver/pushgateway/format.ts';
import { deleteSourceGroup } from '../../../src/deliver/pushgateway/groups.ts';
import { silentLogger } from '../../../src/model/logger.ts';
import type { ScanResult } from '../../../src/model/scan-result.ts';
import { makeRichResult } from '../../support/make-result.ts';
import { type Program, startProgram } from '../../support/start-program.ts';

const run = promisify(execFile);
const monitoring = join(import.meta.dirname, '../../../cronjob/monitoring');

/** Needs the Debian packages prometheus and prometheus-pushgateway; fails where they are missing. */
describe('[I] deliver/pushgateway with the real Pushgateway and Prometheus', function () {
  this.timeout(60_000);
  let folder: string;
  let gateway: Program;
  let prometheus: Program;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'prometheus-'));
    gateway = await startProgram('prometheus-pushgateway', [], '/-/ready');
    await cp(join(monitoring, 'rules.yaml'), join(folder, 'rules.yaml'));
    const scrape = await readFile(join(monitoring, 'scrape.yaml'), 'utf8');
    const config = `global: {scrape_interval: 1s}\n${scrape.replace('pushgateway:9091', gateway.url.slice(7))}`;
    await writeFile(join(folder, 'prometheus.yml'), config);
    prometheus = await startProgram(
      'prometheus',
      [`--config.file=${join(folder, 'prometheus.yml')}`, `--storage.tsdb.path=${join(folder, 'data')}`],
      '/-/ready',
    );
  });

  after(async () => {
    await prometheus?.stop();
    await gateway?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const deliver = (result: ScanResult, exitCode: number, at: string) =>
    deliverAll(Config.parse({ pushgateway: { url: gateway.url } }), result, {
      logger: silentLogger,
      now: () => new Date(at),
      signal: new AbortController().signal,
      exitCode,
    });

  /** The value of a query by promtool, once a scrape has brought it; the last one seen when it never comes. */
  async function eventually(query: string, expected: string): Promise<void> {
    let seen = '';
    for (let tries = 0; tries < 60; tries += 1) {
      const { stdout } = await run('promtool', ['query', 'instant', prometheus.url, query]);
      seen = /=> (\S+) @/.exec(stdout)?.[1] ?? 'nothing';
      if (seen === expected) return;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    assert.equal(seen, expected, query);
  }

  /** The labels of every series that a query gives now. */
  async function series(query: string): Promise<readonly Readonly<Record<string, string>>[]> {
    const args = ['query', 'instant', '-o', 'json', prometheus.url, query];
    const { stdout } = await run('promtool', args);
    return (JSON.parse(stdout) as { metric: Record<string, string> }[]).map(({ metric }) => metric);
  }

  const complete = (findings: number): ScanResult => {
    const rich = makeRichResult(findings);
    return { ...rich, scan: { ...rich.scan, complete: true } };
  };

  it('shows every series of a scan, under the keys of its source', async () => {
    const result = complete(200);

    assert.deepEqual(await deliver(result, 0, '2026-11-23T05:00:00Z'), []);

    await eventually('sum(strandline_findings{job="strandline",change!="resolved"})', String(result.summary.findings));
    const groups = buildSourceGroups(result, { perVolume: { enabled: false, cap: 1 } });
    for (const { key, metrics } of groups) {
      for (const { name, samples } of metrics)
        await eventually(`count(${name}{job="strandline",source="${key['source']}"})`, String(samples.length));
    }
  });

  it('leaves no series of what was resolved, and a failed run leaves all as it was', async () => {
    const fewer = complete(30);
    const last = Date.parse('2026-11-24T05:00:00Z') / 1000;

    await deliver(fewer, 0, '2026-11-24T05:00:00Z');
    await eventually('sum(strandline_findings{change!="resolved"})', String(fewer.summary.findings));
    const blind = {
      ...fewer,
      findings: [],
      scan: { ...fewer.scan, complete: false },
      scope: {
        ...fewer.scope,
        clusters: fewer.scope.clusters.map((cluster) => ({ ...cluster, reached: false })),
        nases: fewer.scope.nases.map((nas) => ({ ...nas, reached: false })),
      },
    };
    await deliver(blind, 3, '2026-11-25T05:00:00Z');

    await eventually('strandline_last_run_exit_code{deployment="main"}', '3');
    await eventually('sum(strandline_findings{change!="resolved"})', String(fewer.summary.findings));
    await eventually('strandline_last_success_timestamp_seconds{deployment="main"}', String(last));
    const down = (await series('strandline_source_up == 0')).map(({ source }) => source);
    assert.deepEqual(down.toSorted(), ['cluster/prod', 'cluster/staging', 'nas/nas01', 'nas/nas02']);
  });

  it('has data for every query of the dashboard', async () => {
    const dashboard = JSON.parse(await readFile(join(monitoring, 'dashboard.json'), 'utf8')) as {
      panels: { title: string; targets: { expr: string }[] }[];
    };
    const queries = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));

    assert.ok(queries.length >= 15);
    for (const query of queries) {
      const plain = query.replaceAll(/\$(source|pool)/g, '.*');
      const { stdout } = await run('promtool', ['query', 'instant', prometheus.url, plain]);
      assert.match(stdout, /=> /, query);
    }
  });

  it('loads the rules without an error', async () => {
    const answer = (await (await fetch(`${prometheus.url}/api/v1/rules`)).json()) as {
      data: { groups: { rules: { health: string; lastError?: string }[] }[] };
    };
    const rules = answer.data.groups.flatMap((group) => group.rules);

    assert.equal(rules.length, 24);
    assert.deepEqual(
      rules.filter(({ health }) => health === 'err'),
      [],
    );
  });

  it('forgets a retired source when told to', async () => {
    const { pushgateway } = Config.parse({ pushgateway: { url: gateway.url } });
    assert.ok(pushgateway);

    await deleteSourceGroup('cluster/staging', pushgateway, { logger: silentLogger });

    await eventually('count(strandline_volumes{source="cluster/staging"}) or vector(0)', '0');
  });

  it('writes text that promtool finds nothing to say about', async () => {
    const text = await Promise.all(
      buildSourceGroups(complete(200), { perVolume: { enabled: true, cap: 100 } }).map(({ metrics }) =>
        formatMetrics(metrics),
      ),
    );
    for (const each of text) {
      const check = run('promtool', ['check', 'metrics']);
      check.child.stdin?.end(each);
      assert.equal((await check).stderr, '');
    }
  });

  it('has alert rules that fire when they should and are silent when they should', async () => {
    const { stdout } = await run('promtool', ['test', 'rules', join(monitoring, 'rules.test.yaml')]);

    assert.match(stdout, /SUCCESS/);
  });
});

describe('[I] cronjob/monitoring', () => {
  it('has the same rules plain and for the operator, and fires each alert in a test', async () => {
    const read = (name: string) => readFile(join(monitoring, name), 'utf8');
    const { groups } = parse(await read('rules.yaml')) as { groups: { rules: { alert?: string }[] }[] };
    const operator = parse(await read('prometheusrule.yaml')) as { spec: { groups: unknown } };
    const tests = await read('rules.test.yaml');
    const alerts = groups.flatMap(({ rules }) => rules.flatMap(({ alert }) => (alert === undefined ? [] : [alert])));

    assert.deepEqual(operator.spec.groups, groups);
    assert.ok(alerts.length >= 16);
    for (const alert of alerts) assert.ok(tests.includes(`"${alert}"`), alert);
  });
});
