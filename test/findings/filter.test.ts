import assert from 'node:assert/strict';
import fc from 'fast-check';
import { demoEstate } from '../../fixtures/estates/demo/demo.ts';
import { concludeFindings } from '../../src/findings/conclude.ts';
import { applyFilter } from '../../src/findings/filter.ts';
import { checkIds, severities } from '../../src/model/finding.ts';
import type { ShowFilter } from '../../src/model/options.ts';
import { judgeEstate, noMemory } from '../support/judge-estate.ts';
import { judgeOptions } from '../support/make-draft.ts';

const everything = judgeOptions().filter;

describe('[U] findings/filter', () => {
  const judgement = judgeEstate(demoEstate());
  const { drafts, outcomes, links } = judgement;
  const concluded = concludeFindings({
    marks: [],
    drafts,
    outcomes,
    memory: noMemory,
    options: judgeOptions(),
    severityOf: () => 'MEDIUM',
    now: new Date('2026-11-23T02:00:00Z'),
  });
  /** The demo's claims carry no labels: a third of them belongs to two teams. */
  const findings = concluded.findings.map((finding, index) =>
    index % 3 === 0
      ? { ...finding, owner: { ...finding.owner, labels: { team: index % 2 === 0 ? 'shop' : 'media', tier: 'gold' } } }
      : finding,
  );
  const apply = (filter: Partial<ShowFilter>) =>
    applyFilter({ findings, outcomes }, { ...everything, ...filter }, links);

  /** Mostly nothing asked for, so that what several filters leave is seldom nothing. */
  const seldom = <T>(values: fc.Arbitrary<T[]>) =>
    fc.oneof({ weight: 5, arbitrary: fc.constant<T[]>([]) }, { weight: 1, arbitrary: values });
  const some = (values: readonly string[]) => seldom(fc.uniqueArray(fc.constantFrom(...values), { maxLength: 2 }));
  const labels = [
    ['team', 'shop'],
    ['team', 'media'],
    ['tier', 'gold'],
    ['no', 'such'],
  ];
  const oneLabel = fc.oneof(
    { weight: 5, arbitrary: fc.constant<Record<string, string>>({}) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(...labels).map(([key = '', value = '']) => ({ [key]: value })),
    },
  );
  const filters = fc.record({
    labels: oneLabel,
    excludeLabels: oneLabel,
    clusters: some(['prod', 'staging', 'nowhere']),
    excludeClusters: some(['prod', 'staging']),
    nases: some(['nas01', 'nas02']),
    namespaces: some(['shop', 'docs', 'ci']),
    excludeNamespaces: some(['shop', 'media']),
    drivers: some([...new Set(links.backends.map(({ driver }) => driver))]),
    excludeDrivers: some([...new Set(links.backends.map(({ driver }) => driver))]),
    storageClasses: some([...new Set(links.volumes.flatMap(({ volume }) => volume.storageClass ?? []))]),
    excludeStorageClasses: some([...new Set(links.volumes.flatMap(({ volume }) => volume.storageClass ?? []))]),
    checks: seldom(fc.uniqueArray(fc.constantFrom(...checkIds), { maxLength: 8 })),
    severity: fc.constantFrom(...severities.slice(0, 2)),
  });

  it('shows some of the findings, unchanged, whatever is asked for', () => {
    const known = new Set(findings);
    let narrowed = 0;
    fc.assert(
      fc.property(filters, (filter) => {
        const shown = apply(filter);
        assert.ok(shown.findings.every((finding) => known.has(finding)));
        if (shown.findings.length > 0 && shown.findings.length < findings.length) narrowed += 1;
      }),
      { numRuns: 300 },
    );
    assert.ok(narrowed > 10, `only ${narrowed} filters showed some and not all`);
  });

  it('shows no check and place that was not judged, and counts in each what is shown of it', () => {
    const keys = new Set(outcomes.map(({ id, scope }) => `${id} ${scope}`));
    fc.assert(
      fc.property(filters, (filter) => {
        const shown = apply(filter);
        for (const { id, scope, count, status } of shown.outcomes) {
          assert.ok(keys.has(`${id} ${scope}`));
          const own = shown.findings.filter((finding) => finding.check === id && finding.scope === scope).length;
          if (status === 'found' || status === 'passed')
            assert.deepEqual([count, count > 0], [own, status === 'found']);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('shows everything when nothing is asked for', () => {
    assert.deepEqual(apply({}), { findings, outcomes: [...outcomes], filters: [] });
  });

  it('shows and excludes in turn without a rest', () => {
    const only = apply({ clusters: ['staging'] }).findings;
    const others = apply({ excludeClusters: ['staging'] }).findings;

    assert.ok(only.length > 0);
    assert.equal(only.length + others.length, findings.length);
  });

  it('shows and excludes the objects of a label in turn without a rest', () => {
    const only = apply({ labels: { team: 'shop' } }).findings;
    const others = apply({ excludeLabels: { team: 'shop' } }).findings;

    assert.ok(only.length > 0 && only.length < findings.length);
    assert.equal(only.length + others.length, findings.length);
  });
});
