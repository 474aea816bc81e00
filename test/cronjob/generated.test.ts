import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { apiRights } from '../../src/collect/kubernetes/rights.ts';
import { ChartValues } from './chart-values.ts';
import {
  buildChartAlerts,
  buildChartReadme,
  buildClusterRole,
  buildRules,
  buildRulesYaml,
  buildValuesSchema,
} from './generate.ts';

const cronjob = join(import.meta.dirname, '../../cronjob');
const chart = join(cronjob, 'helm/strandline');

function assertGenerated(file: string, expected: string): void {
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, expected);
  assert.equal(readFileSync(file, 'utf8'), expected, `${file} is old: UPDATE_GOLDEN=1 npm run test:unit`);
}

function chartDefaults() {
  return parse(readFileSync(join(chart, 'values.yaml'), 'utf8')) as Record<string, unknown>;
}

describe('[U] cronjob/generated', () => {
  it('grants exactly what the collectors ask for', () => {
    const granted = buildRules(apiRights).flatMap(({ apiGroups, resources, verbs }) =>
      resources.flatMap((resource) => verbs.map((verb) => `${apiGroups[0]}/${resource} ${verb}`)),
    );
    const asked = apiRights.flatMap(({ group, resource, verbs }) =>
      verbs.map((verb) => `${group}/${resource} ${verb}`),
    );

    assert.deepEqual(granted.toSorted(), [...new Set(asked)].toSorted());
    assert.ok(granted.length > 20);
  });

  it('grants no right to write, and none to Secrets or to the nodes’ proxy', () => {
    const text = buildRulesYaml(apiRights);

    assert.doesNotMatch(text, /secrets|proxy|create|update|patch|delete|watch|\*/);
  });

  it('the ClusterRole of the kustomize base is up to date', () => {
    assertGenerated(join(cronjob, 'base/clusterrole.yaml'), buildClusterRole(apiRights));
  });

  it('the rules of the chart are up to date', () => {
    assertGenerated(join(chart, 'files/rules.yaml'), buildRulesYaml(apiRights));
  });

  it('the alerts of the chart are up to date', () => {
    const rules = readFileSync(join(cronjob, 'monitoring/rules.yaml'), 'utf8');

    assertGenerated(join(chart, 'files/alerts.yaml'), buildChartAlerts(rules));
  });

  it('the values.schema.json of the chart is up to date', () => {
    assertGenerated(join(chart, 'values.schema.json'), buildValuesSchema());
  });

  it('the README of the chart is up to date', () => {
    assertGenerated(join(chart, 'README.md'), buildChartReadme(chartDefaults()));
  });

  it('the default values follow their schema', () => {
    assert.equal(ChartValues.safeParse(chartDefaults()).error, undefined);
  });
});
