import fc from 'fast-check';
import { summarise } from '../../src/findings/summary.ts';
import { checkIds, type Finding, severities } from '../../src/model/finding.ts';
import type { CheckOutcome, ScanResult } from '../../src/model/scan-result.ts';
import { metaOf } from '../../src/run/check-meta.ts';
import { makeRichResult } from '../support/make-result.ts';

const rich = makeRichResult(40);

const traits = fc.record({
  check: fc.constantFrom(...checkIds),
  severity: fc.constantFrom(...severities),
  confirmation: fc.constantFrom('confirmed', 'unconfirmed'),
  change: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('new', 'open', 'cameBack') },
    { weight: 1, arbitrary: fc.constant('resolved') },
  ),
  isIgnored: fc.nat(5).map((roll) => roll === 0),
  reclaimable: fc.option(fc.nat({ max: 2 ** 45 }), { nil: undefined }),
});

/** What a scan may have to say: any findings in any state, summed up as a real scan sums them up. */
export const results: fc.Arbitrary<ScanResult> = fc.array(traits, { maxLength: 60, size: 'max' }).map((list) => {
  const findings = list.map(({ isIgnored, reclaimable, ...rest }, index): Finding => {
    const base = rich.findings[index % rich.findings.length] as Finding;
    const { ignoredBy: _, ...known } = base;
    const { reclaimable: _before, ...sizes } = base.bytes;
    const bytes = { ...sizes, ...(reclaimable !== undefined && { reclaimable }) };
    const finding = { ...known, ...rest, id: `r${index}`, bytes } as Finding;
    const rule = { rule: 'lab', reason: 'a lab' };
    return isIgnored && finding.change !== 'resolved' ? { ...finding, ignoredBy: rule } : finding;
  });
  const checks = outcomesOf(findings);
  const summary = summarise({
    findings,
    outcomes: checks,
    sections: [],
    usage: rich.usage,
    memory: { state: 'ready' },
    frees: (check) => metaOf(check).frees,
    titleOf: (check) => metaOf(check).title,
  });
  return { ...rich, scan: { ...rich.scan, complete: true }, findings, checks, summary };
});

function outcomesOf(findings: readonly Finding[]): CheckOutcome[] {
  const present = findings.filter(({ change }) => change !== 'resolved');
  const places = Map.groupBy(present, ({ check, scope }) => `${check} ${scope}`);
  return [...places.values()].flatMap(([first, ...rest]): CheckOutcome[] =>
    first === undefined
      ? []
      : [{ id: first.check, scope: first.scope, status: 'found', count: rest.length + 1, undecided: [] }],
  );
}
