import { Option } from 'commander';
import type { HistoryUpkeep } from '../../run/ports.ts';
import { terminalText } from '../../util/terminal-text.ts';
import type { Cli } from '../command.ts';
import { openSession } from '../context.ts';
import type { Outcome } from '../exit-code.ts';
import { addCommonOptions, type CommonFlags } from '../options.ts';
import { type PrintFormat, printAnswer } from '../print.ts';

type Flags = CommonFlags & { readonly output: Exclude<PrintFormat, 'csv'> };
type Work = (store: HistoryUpkeep, retentionDays: number, folder: string) => Promise<object>;

const works: Readonly<Record<string, { readonly says: string; readonly work: Work }>> = {
  ls: { says: 'what is stored', work: (store) => store.ls() },
  verify: { says: 'read every stored byte and compare it with its checksum', work: (store) => store.verify() },
  compact: { says: 'merge the months that are over', work: (store) => store.compact() },
  prune: {
    says: 'take out what is older than history.retentionDays; never the last scan',
    work: (store, retentionDays) => store.prune({ retentionDays }),
  },
  upkeep: {
    says: 'compact, then prune: what is to be done once a month',
    work: async (store, retentionDays) => {
      const { months: compacted, lost, deleted } = await store.compact();
      const { months: pruned, ...rest } = await store.prune({ retentionDays });
      return { compacted, lost, pruned, ...rest, deleted: deleted + rest.deleted };
    },
  },
  'export <folder>': { says: 'copy the scans into a folder', work: (store, _days, folder) => store.exportTo(folder) },
  'import <folder>': { says: 'take over scans of a folder', work: (store, _days, folder) => store.importFrom(folder) },
};

export function addHistory({ program, io, act }: Cli): void {
  const parent = program.command('history').description('look after the stored scans');
  for (const [name, { says, work }] of Object.entries(works)) {
    const command = addCommonOptions(parent.command(name).description(says)).addOption(
      new Option('-o, --output <format>', 'how the answer is printed')
        .choices(['table', 'json', 'yaml'])
        .default('table'),
    );
    const run = async (folder: string, flags: Flags): Promise<readonly Outcome[]> => {
      const session = await openSession(io, {
        overrides: [],
        ...(flags.config !== undefined && { configFile: flags.config }),
      });
      const store = await session.ports.openHistory(session.config, session.deps);
      try {
        const report = await work(store, session.config.history.retentionDays, folder);
        session.finish();
        printAnswer(io, flags.output, {
          data: report,
          table: () => `${describe(report)}\n`,
          csv: { header: [], rows: [] },
        });
        return damagedOf(report) > 0 ? ['history'] : [];
      } finally {
        session.finish();
        await store.close();
      }
    };
    command.action(
      name.includes('<')
        ? act((folder: string, flags: Flags) => run(folder, flags))
        : act((flags: Flags) => run('', flags)),
    );
  }
}

/** Lists are told by their length, damage by name. */
function describe(report: object): string {
  return Object.entries(report)
    .flatMap(([key, value]: [string, unknown]) => {
      if (!Array.isArray(value)) return [`${key}: ${terminalText(String(value))}`];
      const names = key === 'damaged' ? value.map((part) => `  ${terminalText(JSON.stringify(part))}`) : [];
      return [`${key}: ${value.length}`, ...names];
    })
    .join('\n');
}

function damagedOf(report: object): number {
  const damaged: unknown = Reflect.get(report, 'damaged');
  return Array.isArray(damaged) ? damaged.length : 0;
}
