import assert from 'node:assert/strict';
import { print, type ReportOptions, screen } from '../../src/report/options.ts';
import { buildViewModel } from '../../src/report/view-model.ts';
import { makeFinding } from '../support/make-finding.ts';
import { makeResult, makeRichResult, summarise } from '../support/make-result.ts';

const options: ReportOptions = { timeZone: 'UTC', locale: 'en', paper: 'A4', now: new Date('2026-11-23T06:00:00Z') };

describe('[U] report/view-model', () => {
  const rich = makeRichResult();
  const volume = rich.usage.volumes[0];
  assert.ok(volume);

  it('shows as many findings in its groups as the summary counts, by severity too', () => {
    const view = buildViewModel(rich, options, screen);
    const findings = view.findings.flatMap((todo) => todo.groups.flatMap((group) => group.findings));

    assert.equal(findings.length, rich.summary.findings);
    for (const { severity, count } of view.summary.bySeverity)
      assert.equal(findings.filter((finding) => finding.severity.key === severity.key).length, count);
    assert.equal(view.ignored.findings.length, rich.summary.ignored);
    assert.equal(view.since.resolved.count, rich.summary.resolved);
  });

  it('adds the reclaimable rows up to the total of the summary', () => {
    const { rows, total } = buildViewModel(rich, options, screen).reclaimable;

    assert.equal(
      rows.reduce((sum, row) => sum + (row.bytes.bytes ?? 0), 0),
      total.bytes.bytes,
    );
    assert.equal(total.bytes.bytes, rich.summary.reclaimableBytes);
  });

  it('has a text for every check that can have findings', () => {
    const shown = buildViewModel(rich, options, screen).findings.flatMap((todo) => todo.groups);

    assert.ok(shown.length >= 20);
    for (const group of shown) assert.ok(group.title.length > 0 && group.means.length > 0);
  });

  it('says that the scan is incomplete when only a section failed', () => {
    const base = makeResult();
    const error = { code: 'forbidden', message: '403' };
    const section = { source: 'cluster/prod', name: 'pods', ok: false, error, takenAt: base.scan.startedAt };

    assert.equal(buildViewModel(base, options, screen).status.isIncomplete, false);
    assert.equal(buildViewModel({ ...base, sections: [section] }, options, screen).status.isIncomplete, true);
  });

  it('keeps unknown bytes out of sums and says how many there are', () => {
    const findings = [8, 9].map((index) => makeFinding('backend-without-volume', { volume, index }));
    const view = buildViewModel(makeResult({ findings, summary: summarise(findings) }), options, screen);

    assert.equal(view.actions.items[0]?.effect, 'frees at least 31 GiB');
    assert.match(view.reclaimable.unknownNote ?? '', /^For 1 finding it is not known/);
  });

  it('does not advise to act on what only one scan has seen', () => {
    const findings = [makeFinding('backend-without-volume', { volume, index: 3 })];

    const view = buildViewModel(makeResult({ findings }), options, screen);

    assert.equal(view.actions.items[0]?.caution, 'unconfirmed: wait for the next scan');
  });

  it('puts the claim beside a volume that only has a generated name', () => {
    const finding = { ...makeFinding('volume-released', { volume, index: 0 }), owner: {} };

    const view = buildViewModel(
      makeResult({ findings: [finding], usage: { ...makeResult().usage, volumes: [volume] } }),
      options,
      screen,
    );

    const [shown] = view.findings[0]?.groups[0]?.findings ?? [];
    assert.equal(shown?.decoded.claim, 'shop/orders-data');
    assert.equal(shown?.storage, `nas01 ${volume.dataset}`);
  });

  it('caps long tables on paper and says how many rows it left out', () => {
    const findings = Array.from({ length: 450 }, (_, index) => makeFinding('volume-retained', { volume, index }));
    const open = findings.filter((finding) => !finding.ignoredBy && finding.change !== 'resolved').length;

    const [group] = buildViewModel(makeResult({ findings }), options, print).findings[0]?.groups ?? [];

    assert.equal(group?.findings.length, 200);
    assert.equal(group?.leftOut, open - 200);
    assert.equal(group?.withoutDetails, 195);
    assert.equal(group?.findings.filter((finding) => finding.details).length, 5);
  });

  it('says how many volumes of a large fleet are in no file', () => {
    const usage = { ...makeResult().usage, volumes: [volume], volumesLeftOut: 7 };

    const whole = buildViewModel(makeResult({ usage: { ...usage, volumesLeftOut: undefined } }), options, screen);
    const fleet = buildViewModel(makeResult({ usage }), options, screen);

    assert.deepEqual([whole.volumes.total, whole.volumes.leftOut, whole.volumes.inFiles], [1, 0, 'all of them']);
    assert.deepEqual(
      [fleet.volumes.total, fleet.volumes.leftOut, fleet.volumes.inFiles],
      [8, 7, 'the largest 1 of them'],
    );
  });

  it('calls what later work fills not yet, and draws no number for it', () => {
    const view = buildViewModel(rich, options, screen);

    assert.deepEqual(new Set(view.pools.map((pool) => pool.trend.daysToFull)), new Set(['not yet']));
    assert.equal(view.validation.isReady, false);
  });

  it('shows the same thing twice for the same input', () => {
    assert.deepEqual(buildViewModel(rich, options, screen), buildViewModel(rich, options, screen));
  });
});
