import assert from 'node:assert/strict';
import { renderJunit } from '../../src/report/junit.ts';
import { renderSarif } from '../../src/report/sarif.ts';
import { makeRichResult } from '../support/make-result.ts';

/** The fields that SARIF 2.1.0 and the JUnit schema of Jenkins require, written down here: not the schemas themselves. */
describe('[U] report: what build servers ask of SARIF and JUnit', () => {
  const result = makeRichResult();

  it('SARIF has the version, a driver with a name, unique rules, and a message, level and known rule in every result', () => {
    const log = JSON.parse(renderSarif(result));
    const [run] = log.runs;
    const ids: string[] = run.tool.driver.rules.map(({ id }: { id: string }) => id);

    assert.equal(log.version, '2.1.0');
    assert.equal(log.runs.length, 1);
    assert.equal(run.tool.driver.name, 'Strandline');
    assert.equal(new Set(ids).size, ids.length);
    for (const rule of run.tool.driver.rules) assert.ok(rule.shortDescription.text, rule.id);
    for (const { executionSuccessful, startTimeUtc, endTimeUtc } of run.invocations) {
      assert.equal(typeof executionSuccessful, 'boolean');
      for (const at of [startTimeUtc, endTimeUtc]) assert.match(at, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    }
    assert.ok(run.results.length > 10);
    for (const { ruleId, level, kind = 'fail', message, locations = [] } of run.results) {
      assert.ok(ids.includes(ruleId), ruleId);
      assert.ok(['none', 'note', 'warning', 'error'].includes(level), level);
      assert.ok(['fail', 'open'].includes(kind) && (kind === 'fail') === (level !== 'none'), `${kind} ${level}`);
      assert.ok(typeof message.text === 'string' && message.text.length > 0);
      for (const { logicalLocations } of locations) assert.ok(logicalLocations[0].name);
    }
  });

  it('JUnit has names where they are required, sums that add up, and at most one outcome per case', () => {
    const xml = renderJunit(result);
    const count = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].length;
    const suites = [...xml.matchAll(/<testsuite (?<head>[^>]*)>(?<body>.*?)<\/testsuite>/gs)];

    assert.match(xml, /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites name="[^"]+" tests="\d+"/);
    assert.ok(suites.length >= 1);
    for (const { groups: { head = '', body = '' } = {} } of suites) {
      const sum = (name: string) => Number(new RegExp(` ${name}="(\\d+)"`).exec(head)?.[1]);
      assert.match(head, /^name="[^"]+"/);
      assert.equal(sum('tests'), count(body, /<testcase classname="[^"]+" name="[^"]+"/g));
      assert.equal(sum('failures'), count(body, /<failure /g));
      assert.equal(sum('errors'), count(body, /<error /g));
      assert.equal(sum('skipped'), count(body, /<skipped /g));
      for (const [one] of body.matchAll(/<testcase [^>]*[^/]>.*?<\/testcase>/gs))
        assert.equal(count(one, /<(failure|error|skipped|system-out)[ >]/g), 1, one);
    }
  });
});
