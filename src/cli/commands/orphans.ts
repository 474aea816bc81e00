import { Option } from 'commander';
import type { Finding } from '../../model/finding.ts';
import type { ScanResult } from '../../model/scan-result.ts';
import { formatAge, formatSize } from '../../util/format-size.ts';
import { describeIgnoredBy, rulesToReview } from '../../util/ignore-words.ts';
import { terminalText } from '../../util/terminal-text.ts';
import type { Cli } from '../command.ts';
import { sumFindings } from '../finding-sums.ts';
import { narrowFindings } from '../narrow.ts';
import { notAssessedLines } from '../not-assessed-lines.ts';
import { obtainResult } from '../obtain-result.ts';
import { addVerdictOptions, type ReadingFlags } from '../options.ts';
import { type Answer, printAnswer } from '../print.ts';
import { formatTable } from '../table.ts';
import { watching } from '../watch.ts';

export function addOrphans({ program, io, act }: Cli): void {
  const command = program.command('orphans').description('what both sides have lost track of: one line per finding');
  addVerdictOptions(command)
    .option('--all', 'also ignored findings and those resolved since the last scan')
    .addOption(
      new Option(
        '--new-only',
        'only findings that no scan before has seen, or that came back; for `--fail-on` too',
      ).conflicts('all'),
    )
    .action(
      act(
        watching(io, async (io, flags: ReadingFlags & { all?: boolean; newOnly?: boolean }) => {
          const { result, outcomes } = await obtainResult(io, flags, flags.newOnly === true ? isNews : undefined);
          const findings = narrowFindings(result, flags)
            .filter((finding) => flags.all === true || isOpen(finding))
            .filter((finding) => flags.newOnly !== true || isNews(finding));
          printAnswer(io, flags.output, describeFindings(result, findings));
          return outcomes;
        }),
      ),
    );
}

/** What the last scan did not know: new, or back after it was gone. */
function isNews({ change }: Finding): boolean {
  return change === 'new' || change === 'cameBack';
}

/** Findings in every printed form. Every form says what was not assessed: a short list must not look like a clean one. */
export function describeFindings(result: ScanResult, findings: readonly Finding[]): Answer {
  const { notAssessed } = result.summary;
  return {
    data: {
      schemaVersion: result.schemaVersion,
      scan: { id: result.scan.id, finishedAt: result.scan.finishedAt, complete: result.scan.complete },
      sums: sumFindings(findings),
      notAssessed,
      findings,
    },
    verdicts: { ...result, findings: [...findings], validation: { state: result.validation.state, results: [] } },
    table: (width) =>
      [
        findings.length === 0 ? '' : `${table(result, findings, width)}\n`,
        sumLine(findings),
        ...notAssessedLines(notAssessed).map((line) => `${line}\n`),
        ...rulesToReview(result).map((text) => `${terminalText(text)}\n`),
      ].join(''),
    csv: { header: csvHeader, rows: findings.map(csvRow) },
  };
}

function isOpen(finding: Finding): boolean {
  return finding.ignoredBy === undefined && finding.change !== 'resolved';
}

function table(result: ScanResult, findings: readonly Finding[], width: number | undefined): string {
  const now = Date.parse(result.scan.startedAt);
  return formatTable(
    findings,
    [
      { title: 'SEVERITY', value: (finding) => finding.severity },
      { title: 'CHECK', value: (finding) => finding.check, shrinksTo: 14 },
      { title: 'RESOURCE', value: nameOf, shrinksTo: 20 },
      {
        title: 'AGE',
        value: ({ age }) => formatAge(age.createdAt === undefined ? undefined : now - Date.parse(age.createdAt)),
      },
      { title: 'FREES', value: ({ bytes }) => formatSize(bytes.reclaimable), align: 'right' },
      { title: 'STATE', value: stateOf, shrinksTo: 9 },
    ],
    width,
  );
}

function nameOf({ resource }: Finding): string {
  const place = resource.namespace === undefined ? '' : `${resource.namespace}/`;
  return `${resource.source} ${resource.kind} ${place}${resource.name}`;
}

function stateOf(finding: Finding): string {
  if (finding.ignoredBy !== undefined) return `ignored: ${describeIgnoredBy(finding.ignoredBy)}`;
  return finding.change === 'resolved' ? 'resolved' : finding.confirmation;
}

function sumLine(findings: readonly Finding[]): string {
  const sums = sumFindings(findings);
  const unknown = sums.unknownBytes === 0 ? '' : `, ${sums.unknownBytes} of unknown size`;
  return `${sums.findings} ${sums.findings === 1 ? 'finding' : 'findings'} (${sums.confirmed} confirmed), ${formatSize(sums.reclaimableBytes)} to free${unknown}\n`;
}

const csvHeader = [
  'id',
  'check',
  'severity',
  'confirmation',
  'change',
  'confidence',
  'source',
  'kind',
  'namespace',
  'name',
  'claim_namespace',
  'claim',
  'created_at',
  'first_seen_at',
  'provisioned_bytes',
  'used_bytes',
  'reclaimable_bytes',
  'ignored_by',
  'why',
  'ignore_reason',
  'ignore_owner',
  'ignore_until',
];

function csvRow(finding: Finding) {
  const { resource, owner, age, bytes } = finding;
  return [
    finding.id,
    finding.check,
    finding.severity,
    finding.confirmation,
    finding.change,
    finding.confidence,
    resource.source,
    resource.kind,
    resource.namespace,
    resource.name,
    owner.namespace,
    owner.claim,
    age.createdAt,
    age.firstSeenAt,
    bytes.provisioned,
    bytes.used,
    bytes.reclaimable,
    finding.ignoredBy?.rule,
    finding.why,
    finding.ignoredBy?.reason,
    finding.ignoredBy?.owner,
    finding.ignoredBy?.until,
  ];
}
