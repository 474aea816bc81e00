import { Option } from 'commander';
import type { AuditUpkeep } from '../../run/ports.ts';
import { formatSize } from '../../util/format-size.ts';
import { terminalText } from '../../util/terminal-text.ts';
import type { Cli } from '../command.ts';
import { openSession } from '../context.ts';
import type { Outcome } from '../exit-code.ts';
import { addCommonOptions, type CommonFlags } from '../options.ts';
import { type Answer, type PrintFormat, printAnswer } from '../print.ts';
import { formatTable } from '../table.ts';

type Flags = CommonFlags & { readonly output: Exclude<PrintFormat, 'junit' | 'sarif'> };
type Told = Answer & { readonly isDamaged?: boolean };

export function addAudit({ program, io, act }: Cli): void {
  const parent = program.command('audit').description('look after the audit log: one chained file per run');
  const add = (name: string, says: string, ask: (upkeep: AuditUpkeep) => Promise<Told>) =>
    addCommonOptions(parent.command(name).description(says))
      .addOption(
        new Option('-o, --output <format>', 'how the answer is printed')
          .choices(['table', 'json', 'yaml', 'csv'])
          .default('table'),
      )
      .action(
        act(async (flags: Flags): Promise<readonly Outcome[]> => {
          const { ports, config, deps, finish } = await openSession(io, {
            overrides: [],
            isAudited: false,
            ...(flags.config !== undefined && { configFile: flags.config }),
          });
          const upkeep = await ports.openAuditUpkeep(config, deps);
          try {
            const told = await ask(upkeep);
            finish();
            printAnswer(io, flags.output, told);
            return told.isDamaged === true ? ['history'] : [];
          } finally {
            finish();
            upkeep.close();
          }
        }),
      );
  add('ls', 'the runs it holds', describeRuns);
  add('verify', 'read every line: none changed, none missing, none out of order (exit 4 otherwise)', describeReport);
}

async function describeRuns(upkeep: AuditUpkeep): Promise<Told> {
  const runs = await upkeep.ls();
  return {
    data: { place: upkeep.place, runs },
    table: (width) =>
      formatTable(
        runs,
        [
          { title: 'RUN', value: ({ run }) => run },
          { title: 'FILES', value: ({ files }) => String(files.length), align: 'right' },
          { title: 'SIZE', value: ({ sizeBytes }) => formatSize(sizeBytes), align: 'right' },
        ],
        width,
      ),
    csv: { header: ['run', 'files', 'bytes'], rows: runs.map((one) => [one.run, one.files.length, one.sizeBytes]) },
  };
}

async function describeReport(upkeep: AuditUpkeep): Promise<Told> {
  const report = await upkeep.verify();
  const { place, runs, lines, damaged } = report;
  const told = damaged.map(({ file, line, because }) => `  ${file}${line === undefined ? '' : `:${line}`}: ${because}`);
  const verdict =
    damaged.length === 0
      ? `${place}: ${lines} lines of ${runs} runs, all in order`
      : `${place}: the audit log is damaged in ${damaged.length} places`;
  return {
    data: report,
    table: () => `${[verdict, ...told].map(terminalText).join('\n')}\n`,
    csv: {
      header: ['file', 'line', 'because'],
      rows: damaged.map(({ file, line, because }) => [file, line ?? '', because]),
    },
    isDamaged: damaged.length > 0,
  };
}
