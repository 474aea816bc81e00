import assert from 'node:assert/strict';
import { renderHtml } from '../../../src/report/html.ts';
import { print, type ReportOptions } from '../../../src/report/options.ts';
import { buildViewModel } from '../../../src/report/view-model.ts';
import { inCluster, named } from '../../support/change-estate.ts';
import { makeHealthyEstate } from '../../support/healthy-estate.ts';
import { makeResult } from '../../support/make-result.ts';
import { validateEstate } from '../../support/validate-estate.ts';

const options: ReportOptions = { timeZone: 'UTC', locale: 'en', paper: 'A4', now: new Date('2026-11-23T06:00:00Z') };

function viewOf(change: (estate: ReturnType<typeof makeHealthyEstate>) => ReturnType<typeof makeHealthyEstate>) {
  const validation = validateEstate(change(makeHealthyEstate()), { rules: { 'snapshot-class-present': 'off' } });
  const result = makeResult({ validation });
  return { result, view: buildViewModel(result, options, print).validation };
}

describe('[U] report/view/validation', () => {
  it('adds up every result of every component once', () => {
    const { result, view } = viewOf((estate) => estate);

    const total = view.components.reduce((sum, row) => sum + row.passed + row.warned + row.failed + row.notAssessed, 0);
    assert.equal(total, result.validation.results.length);
    assert.ok(view.components.every(({ verdict }) => verdict.word === 'passed'));
    assert.deepEqual([view.broken, view.missing, view.disabled], [[], [], 'snapshot-class-present']);
  });

  it('shows a broken rule with its objects, its remedy, and the exact rule to add where there is one', () => {
    const { view } = viewOf(
      inCluster('access', (right) => ({ ...right, allowed: right.resource !== 'csinodes' && right.allowed })),
    );

    const [own] = view.broken;
    assert.equal(own?.rule, 'cluster-account-sufficient');
    assert.equal(own?.severity.key, 'high');
    assert.match(
      own?.example ?? '',
      /^- apiGroups: \["storage\.k8s\.io"\]\n {2}resources: \[csinodes\]\n {2}verbs: \[list\]$/,
    );
    assert.match(own?.problems[0]?.why ?? '', /it may not list csinodes\.storage\.k8s\.io/);
    assert.equal(view.components.find(({ component }) => component === 'permissions')?.verdict.word, 'broken');
  });

  it('names once what was not assessed for one reason in several places', () => {
    const { view } = viewOf(inCluster('leases', named('org-democratic-csi-nfs', { renewedAt: undefined })));

    assert.deepEqual(
      view.missing.map(({ rule, because }) => [rule, because]),
      [['csi-leader-fresh', 'the time of its renewal is not known']],
    );
  });

  it('escapes names from the cluster and keeps the line of page one in step', () => {
    const { result } = viewOf(
      inCluster('storageClasses', named('nfs', { name: '<b>x</b>', allowVolumeExpansion: false })),
    );
    const html = renderHtml(result, options);

    assert.ok(html.includes('&lt;b&gt;x&lt;/b&gt;') && !html.includes('<b>x</b>'));
    assert.match(html, /Configuration rules: \d+ passed, 0 failed, 1 with warnings, 0 not assessed\./);
  });
});
