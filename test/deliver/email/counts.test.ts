import assert from 'node:assert/strict';
import fc from 'fast-check';
import { buildMailView } from '../../../src/deliver/email/build.ts';
import { renderHtml } from '../../../src/deliver/email/html.ts';
import { formatText } from '../../../src/deliver/email/text.ts';
import { buildPart } from '../../../src/deliver/part.ts';
import { formatBytes } from '../../../src/deliver/words.ts';
import { type Finding, severities } from '../../../src/model/finding.ts';
import { ScanResult } from '../../../src/model/scan-result.ts';
import { makeRichResult, summarise } from '../../support/make-result.ts';

const pool = makeRichResult(120).findings;

/** Any estate: each finding of any severity, state and size, some ignored. */
const anyFindings: fc.Arbitrary<readonly Finding[]> = fc.subarray([...pool], { maxLength: 90 }).chain((some) =>
  fc.tuple(
    ...some.map((finding) =>
      fc
        .record({
          severity: fc.constantFrom(...severities),
          confirmation: fc.constantFrom('confirmed' as const, 'unconfirmed' as const),
          change: fc.constantFrom('new' as const, 'open' as const, 'cameBack' as const, 'resolved' as const),
          bytes: fc.record({ reclaimable: fc.nat() }, { requiredKeys: [] }),
          ignored: fc.boolean(),
        })
        .map(({ ignored, ...rest }): Finding => {
          const { ignoredBy: _, ...bare } = finding;
          const isIgnored = ignored && rest.change !== 'resolved';
          return { ...bare, ...rest, ...(isIgnored && { ignoredBy: { rule: 'r', reason: 'known' } }) };
        }),
    ),
  ),
);

describe('[U] deliver/email: the counts of the mail are those of result.json', () => {
  it('whatever was found', () => {
    fc.assert(
      fc.property(anyFindings, (findings) => {
        const made = { ...makeRichResult(0), findings: [...findings], summary: summarise(findings) };
        const written: unknown = JSON.parse(JSON.stringify(made));
        const { summary } = ScanResult.parse(written);

        const part = buildPart(made, { namespaces: [] }, new Date(made.scan.finishedAt));
        const view = buildMailView(made, part, { remarks: [] });
        const [text, html] = [formatText(view), renderHtml(view)];

        for (const [name, value] of [
          ['Open findings', String(summary.findings)],
          ['New', String(summary.new)],
          ['Resolved', String(summary.resolved)],
          ['Confirmed', String(summary.confirmed)],
          ['Ignored', String(summary.ignored)],
          ['Reclaimable', formatBytes(summary.reclaimableBytes)],
        ] as const) {
          assert.ok(text.includes(`\n${name}: ${value}\n`), `${name} ${value} in the text`);
          assert.ok(new RegExp(`>${value}</span><br><span[^>]*>${name}</span>`).test(html), `${name} in the HTML`);
        }
        assert.match(view.subject, new RegExp(`: ${summary.new} new findings?, ${summary.findings} open`));
        for (const severity of severities)
          assert.ok(view.severities.includes(`${summary.bySeverity[severity]} ${severity}`), severity);
        const told = (view.findings.length + view.more).toString();
        assert.equal(told, String(summary.findings));
      }),
      { numRuns: 60 },
    );
  });
});
