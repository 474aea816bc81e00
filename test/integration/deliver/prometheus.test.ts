import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { Config } from '../../../src/config/schema.ts';
import { deliverAll } from '../../../src/deliver/deliver-all.ts';
import { buildSourceGroups } from '../../../src/deliver/pushgateway/build.ts';
import { formatMetrics } from '../../../src/deliver/pushgateway/format.ts';
import { deleteSourceGroup } from '../../../src/deliver/pushgateway/groups.ts';
import { silentLogger } from '../../../src/model/logger.ts';
import type { ScanResult } from '../../../src/model/scan-result.ts';
import { makeRichResult } from '../../support/make-result.ts';
import { type Monitoring, monitoringFolder, run, startMonitoring } from '../../support/monitoring.ts';

describe('[I] deliver/pushgateway with the real Pushgateway and Prometheus', function () {
  this.timeout(120_000);
  let monitoring: Monitoring;

  before(async () => {
    monitoring = await startMonitoring();
  });
  after(() => monitoring?.stop());

  const deliver = (result: ScanResult, exitCode: number, at: string) =>
    deliverAll(Config.parse({ pushgateway: { url: monitoring.gatewayUrl } }), result, {
      logger: silentLogger,
      now: () => new Date(at),
      signal: new AbortController().signal,
      exitCode,
    });

  const eventually: Monitoring['eventually'] = (query, expected) => monitoring.eventually(query, expected);

  /** Every series of the sources that Prometheus shows now is one that this result gives, and the other way round. */
  async function assertSeriesOf(result: ScanResult): Promise<void> {
    const groups = buildSourceGroups(result, { perVolume: { enabled: false, cap: 1 } });
    const wanted = groups.flatMap(({ key, metrics }) =>
      metrics.flatMap(({ name, samples }) =>
        samples.map(({ labels }) => toLine({ ...labels, ...key, __name__: name })),
      ),
    );
    const shown = await monitoring.series('{job="strandline",__name__=~"strandline_.+"}');
    assert.ok(wanted.length > 100, `only ${wanted.length} series`);
    assert.deepEqual(shown.map(toLine).toSorted(), wanted.toSorted());
  }

  const complete = (findings: number): ScanResult => {
    const rich = makeRichResult(findings);
    return { ...rich, scan: { ...rich.scan, complete: true } };
  };

  it('shows every series of a scan, under the keys of its source', async () => {
    const result = complete(200);

    assert.deepEqual(await deliver(result, 0, '2026-11-23T05:00:00Z'), []);

    await eventually('sum(strandline_findings{job="strandline",change!="resolved"})', String(result.summary.findings));
    await assertSeriesOf(result);
  });

  it('leaves no series of what was resolved, and a failed run leaves all as it was', async () => {
    const fewer = complete(30);
    const last = Date.parse('2026-11-24T05:00:00Z') / 1000;

    await deliver(fewer, 0, '2026-11-24T05:00:00Z');
    await eventually('sum(strandline_findings{change!="resolved"})', String(fewer.summary.findings));
    await assertSeriesOf(fewer);
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
    const down = await monitoring.series('strandline_source_up == 0');
    const sources = ['cluster/prod', 'cluster/staging', 'nas/nas01', 'nas/nas02'];
    const wanted = sources.map((source) =>
      toLine({ __name__: 'strandline_source_up', deployment: 'main', job: 'strandline_run', source }),
    );
    assert.deepEqual(down.map(toLine).toSorted(), wanted);
    await assertSeriesOf(fewer);
  });

  it('has data for every query of the dashboard', async () => {
    const dashboard = JSON.parse(await readFile(join(monitoringFolder, 'dashboard.json'), 'utf8')) as {
      panels: { title: string; targets: { expr: string }[] }[];
      templating: { list: { name: string; definition?: string }[] };
    };
    const choices = dashboard.templating.list.flatMap(({ definition = '' }) => {
      const [, selector, label] = /^label_values\((.+), (\w+)\)$/.exec(definition) ?? [];
      return selector === undefined ? [] : [`count by (${label}) (${selector})`];
    });
    assert.equal(choices.length, 3, 'cluster, NAS and pool can be chosen');
    const panels = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
    const queries = [...choices, ...panels];

    assert.ok(panels.length >= 15);
    for (const query of queries) {
      const plain = query.replaceAll(/\$(cluster|nas|pool)/g, '.*');
      assert.doesNotMatch(plain, /\$/, 'a variable that the dashboard does not have');
      const { stdout } = await run('promtool', ['query', 'instant', monitoring.prometheusUrl, plain]);
      assert.match(stdout, /=> /, query);
    }
  });

  it('loads the rules without an error', async () => {
    const answer = (await (await fetch(`${monitoring.prometheusUrl}/api/v1/rules`)).json()) as {
      data: { groups: { rules: { health: string; lastError?: string }[] }[] };
    };
    const rules = answer.data.groups.flatMap((group) => group.rules);

    const shipped = parse(await readFile(join(monitoringFolder, 'rules.yaml'), 'utf8')) as {
      groups: { rules: unknown[] }[];
    };
    assert.ok(rules.length > 20);
    assert.equal(rules.length, shipped.groups.flatMap((group) => group.rules).length);
    assert.deepEqual(
      rules.filter(({ health }) => health === 'err'),
      [],
    );
  });

  it('forgets a retired source when told to', async () => {
    const { pushgateway } = Config.parse({ pushgateway: { url: monitoring.gatewayUrl } });
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
    const { stdout } = await run('promtool', ['test', 'rules', join(monitoringFolder, 'rules.test.yaml')]);

    assert.match(stdout, /SUCCESS/);
  });
});

describe('[I] cronjob/monitoring', () => {
  it('has the same rules plain and for the operator, and fires each alert in a test', async () => {
    const read = (name: string) => readFile(join(monitoringFolder, name), 'utf8');
    const { groups } = parse(await read('rules.yaml')) as { groups: { rules: { alert?: string }[] }[] };
    const operator = parse(await read('prometheusrule.yaml')) as { spec: { groups: unknown } };
    const tests = await read('rules.test.yaml');
    const alerts = groups.flatMap(({ rules }) => rules.flatMap(({ alert }) => (alert === undefined ? [] : [alert])));

    assert.deepEqual(operator.spec.groups, groups);
    assert.ok(alerts.length >= 16);
    for (const alert of alerts) assert.ok(tests.includes(`"${alert}"`), alert);
  });
});

function toLine(labels: Readonly<Record<string, string>>): string {
  // An empty label is no label to Prometheus.
  return JSON.stringify(
    Object.entries(labels)
      .filter(([, value]) => value !== '')
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}
