import type { HealthReport, HealthStep } from '../../model/health.ts';
import type { Cli } from '../command.ts';
import { openSession } from '../context.ts';
import type { Outcome } from '../exit-code.ts';
import type { CliIo } from '../io.ts';
import { addCommonOptions, addWatchOption, type CommonFlags, outputOption, toLogLevel } from '../options.ts';
import { type Answer, type PrintFormat, printAnswer, printFormats } from '../print.ts';
import { requireSources } from '../require-sources.ts';
import { formatTable } from '../table.ts';
import { watching } from '../watch.ts';

interface HealthFlags extends CommonFlags {
  readonly output: PrintFormat;
  readonly watch?: string;
}

export function addHealth({ program, io, act }: Cli): void {
  const command = program
    .command('health')
    .description('try every configured system step by step: name, connection, TLS, login, rights, one call');
  addWatchOption(addCommonOptions(command))
    .addOption(outputOption(printFormats))
    .action(act(watching(io, health)));
}

async function health(io: CliIo, flags: HealthFlags): Promise<readonly Outcome[]> {
  const session = await openSession(io, {
    overrides: toLogLevel(flags),
    ...(flags.config !== undefined && { configFile: flags.config }),
  });
  try {
    requireSources(session);
    const reports = await session.ports.checkHealth(session.config, session.deps);
    session.finish();
    printAnswer(io, flags.output, describeHealth(reports));
    return reports.some(({ steps }) => steps.some(({ status }) => status === 'failed')) ? ['incomplete'] : [];
  } finally {
    session.finish();
  }
}

export function describeHealth(reports: readonly HealthReport[]): Answer {
  const rows = reports.flatMap(({ source, steps }) => steps.map((step) => ({ source, ...step })));
  return {
    data: { systems: reports },
    table: (width) =>
      formatTable(
        rows,
        [
          { title: 'SYSTEM', value: ({ source }) => source, shrinksTo: 12 },
          { title: 'STEP', value: ({ name }) => name },
          { title: 'STATUS', value: ({ status }) => status },
          {
            title: 'MS',
            value: ({ durationMs }) => (durationMs === undefined ? '' : String(Math.round(durationMs))),
            align: 'right',
          },
          { title: 'DETAIL', value: describeStep, shrinksTo: 24 },
        ],
        width,
      ),
    csv: {
      header: ['system', 'step', 'status', 'duration_ms', 'detail', 'remedy'],
      rows: rows.map((row) => [row.source, row.name, row.status, row.durationMs, row.detail, row.remedy]),
    },
  };
}

function describeStep({ detail, remedy }: HealthStep): string {
  return remedy === undefined ? detail : `${detail}. ${remedy}`;
}
