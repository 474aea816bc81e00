import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readAlertRules } from './alert-rules.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/metrics-and-alerts.md'), 'utf8');

describe('[U] docs/metrics-and-alerts', () => {
  const rules = readAlertRules();
  const runbooks = new Map(
    [...page.matchAll(/^### (\w+)\n([\s\S]*?)(?=^### |$(?![\s\S]))/gm)].map(([, name = '', text = '']) => [name, text]),
  );

  it('every alert has a runbook that says what it means and what to do, and no runbook is left over', () => {
    assert.ok(rules.length >= 15, `only ${rules.length} alerts`);
    assert.deepEqual(
      [...runbooks.keys()],
      rules.map(({ alert }) => alert),
    );
    for (const [name, text] of runbooks) assert.match(text, /^\n\*\*Means:\*\* [\s\S]+^1\. /m, name);
  });

  it('every alert leads to its own runbook', () => {
    for (const { alert, annotations } of rules)
      assert.match(
        annotations.runbook_url ?? '',
        new RegExp(`^docs/metrics-and-alerts\\.md#${alert.toLowerCase()}$`),
        alert,
      );
  });
});
