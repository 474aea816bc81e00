import type { Severity } from '../../model/finding.ts';
import { severities } from '../../model/finding.ts';
import type { ScanResult } from '../../model/scan-result.ts';
import { components, type RuleResult, sumByComponent } from '../../model/validation.ts';
import type { Cli } from '../command.ts';
import type { Outcome } from '../exit-code.ts';
import type { CliIo } from '../io.ts';
import { narrowRules } from '../narrow-rules.ts';
import { obtainResult } from '../obtain-result.ts';
import {
  addCommonOptions,
  addPlaceOptions,
  addWatchOption,
  list,
  outputOption,
  type ReadingFlags,
  severity,
} from '../options.ts';
import { type Answer, printAnswer, printFormats, toolFormats } from '../print.ts';
import { printRules } from '../print-rules.ts';
import { watching } from '../watch.ts';

interface ValidateFlags extends Omit<ReadingFlags, 'check' | 'minAge' | 'includeUnconfirmed'> {
  readonly check?: readonly string[];
  readonly component?: readonly string[];
  readonly all?: boolean;
}

export function addValidate({ program, io, act }: Cli): void {
  const command = program
    .command('validate')
    .description('whether storage is set up well: classes, CSI drivers, backends, rights, releases');
  addPlaceOptions(addWatchOption(addCommonOptions(command)))
    .addOption(outputOption([...printFormats, ...toolFormats]))
    .addOption(list('--check <ids>', 'only these rules (ids as in docs/rules)'))
    .addOption(list('--component <names>', 'only rules about these', components))
    .addOption(severity('--severity <severity>', 'only rules of this severity or above'))
    .option('--all', 'also rules that passed')
    .option('--from <file>', 'a stored result.json or collected inventory instead of reading anything')
    .addOption(severity('--fail-on <severity>', 'exit 10 when a broken rule is this severe or worse'))
    .action(act(watching(io, validate)));
}

async function validate(io: CliIo, flags: ValidateFlags): Promise<readonly Outcome[]> {
  const { check, severity: least, failOn, ...reading } = flags;
  const { result, outcomes } = await obtainResult(io, reading);
  const shown = narrowRules(result, { ...flags, ...(check && { check }), ...(least && { severity: least }) });
  printAnswer(io, flags.output, describeRules(result, shown, flags.all === true));
  return [
    ...outcomes,
    ...(shown.some(({ status }) => status === 'errored') ? (['incomplete'] as const) : []),
    ...(failOn !== undefined && isBroken(shown, failOn) ? (['findings'] as const) : []),
  ];
}

function isBroken(rows: readonly RuleResult[], least: Severity): boolean {
  return rows.some(
    ({ problems, severity: own }) => problems.length > 0 && severities.indexOf(own) >= severities.indexOf(least),
  );
}

/** Rule results in every printed form. A list that does not name what was not assessed would look better than it is. */
export function describeRules(result: ScanResult, rows: readonly RuleResult[], showsPassed: boolean): Answer {
  const { schemaVersion, scan, validation } = result;
  const { disabled = [] } = validation;
  return {
    data: {
      schemaVersion,
      scan: { id: scan.id, finishedAt: scan.finishedAt, complete: scan.complete },
      components: sumByComponent(rows),
      disabled,
      results: rows,
    },
    verdicts: { ...result, checks: [], findings: [], validation: { ...validation, results: [...rows] } },
    table: (width) => printRules(rows, { showsPassed, disabled, width }),
    csv: { header: csvHeader, rows: rows.flatMap(csvRows) },
  };
}

const csvHeader = ['rule', 'component', 'severity', 'scope', 'status', 'kind', 'namespace', 'name', 'why', 'remedy'];

function csvRows({ problems, because, remediation, ...row }: RuleResult) {
  const head = [row.rule, row.component, row.severity, row.scope, row.status];
  if (problems.length === 0) return [[...head, undefined, undefined, undefined, because, undefined]];
  return problems.map(({ resource, why }) => [
    ...head,
    resource.kind,
    resource.namespace,
    resource.name,
    why,
    remediation.text,
  ]);
}
