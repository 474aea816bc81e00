import { Option } from 'commander';
import { ConfigError } from '../../errors.ts';
import type { ScanResult } from '../../model/scan-result.ts';
import type { Cli } from '../command.ts';
import { compareResults, type Difference, type FindingDifference } from '../compare-results.ts';
import { notAssessedLines } from '../not-assessed-lines.ts';
import { type Answer, type PrintFormat, printAnswer, printFormats } from '../print.ts';
import { readStoredFile } from '../result-file.ts';
import { formatTable } from '../table.ts';

export function addDiff({ program, io, act }: Cli): void {
  program
    .command('diff')
    .description('what differs between two results')
    .argument('<older>', 'result.json of the earlier scan')
    .argument('<newer>', 'result.json of the later scan')
    .addOption(new Option('-o, --output <format>', 'how the answer is printed').choices(printFormats).default('table'))
    .action(
      act(async (older: string, newer: string, flags: { readonly output: PrintFormat }) => {
        const [before, now] = await Promise.all([readResult(older), readResult(newer)]);
        printAnswer(io, flags.output, describeDifferences(before, now));
        return [];
      }),
    );
}

export function describeDifferences(older: ScanResult, newer: ScanResult): Answer {
  const differences = compareResults(older, newer);
  return {
    data: { older: nameOf(older), newer: nameOf(newer), counts: countByKind(differences), differences },
    table: (width) =>
      [
        differences.length === 0 ? '' : `${table(differences, width)}\n`,
        `${Object.entries(countByKind(differences))
          .map(([kind, count]) => `${count} ${kind}`)
          .join(', ')}\n`,
        ...notAssessedLines(newer.summary.notAssessed, 'Not assessed in the newer').map((line) => `${line}\n`),
      ].join(''),
    csv: {
      header: ['difference', 'id', 'check', 'severity', 'source', 'kind', 'namespace', 'name', 'detail'],
      rows: differences.map(({ difference, finding: { id, check, severity, resource }, detail }) => [
        difference,
        id,
        check,
        severity,
        resource.source,
        resource.kind,
        resource.namespace,
        resource.name,
        detail,
      ]),
    },
  };
}

function table(differences: readonly FindingDifference[], width: number | undefined): string {
  return formatTable(
    differences,
    [
      { title: '', value: ({ difference }) => difference },
      { title: 'SEVERITY', value: ({ finding }) => finding.severity },
      { title: 'CHECK', value: ({ finding }) => finding.check, shrinksTo: 12 },
      {
        title: 'RESOURCE',
        value: ({ finding: { resource } }) => `${resource.source} ${resource.kind} ${resource.name}`,
        shrinksTo: 16,
      },
      { title: 'DETAIL', value: ({ detail }) => detail, shrinksTo: 16 },
    ],
    width,
  );
}

function countByKind(differences: readonly FindingDifference[]): Readonly<Record<Difference, number>> {
  const counts = { appeared: 0, gone: 0, changed: 0, unknown: 0 };
  for (const { difference } of differences) counts[difference] += 1;
  return counts;
}

function nameOf({ scan }: ScanResult) {
  return { id: scan.id, finishedAt: scan.finishedAt, complete: scan.complete };
}

async function readResult(file: string): Promise<ScanResult> {
  const stored = await readStoredFile(file);
  if (stored.kind === 'result') return stored.result;
  throw new ConfigError(`${file}: holds an inventory, not a result`, {
    remedy: 'Judge it first: `strandline scan --from` takes it.',
  });
}
