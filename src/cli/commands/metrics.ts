import { Option } from 'commander';
import { ConfigError } from '../../errors.ts';
import type { PrunedMetrics } from '../../run/ports.ts';
import type { Cli } from '../command.ts';
import { openSession } from '../context.ts';
import type { Outcome } from '../exit-code.ts';
import type { CliIo } from '../io.ts';
import { addCommonOptions, type CommonFlags } from '../options.ts';
import { type Answer, type PrintFormat, printAnswer, printFormats } from '../print.ts';
import { readStoredFile } from '../result-file.ts';
import { formatTable } from '../table.ts';

interface ShowFlags extends CommonFlags {
  readonly from?: string;
}

interface PruneFlags extends CommonFlags {
  readonly source?: readonly string[];
  readonly output: PrintFormat;
}

export function addMetrics({ program, io, act }: Cli): void {
  const parent = program
    .command('metrics')
    .description('the metrics of a result, and what the Pushgateway still shows');
  addCommonOptions(parent.command('show').description('print the metrics of a result as Prometheus text'))
    .option('--from <file>', 'a stored result.json; without it the newest of history')
    .action(act((flags: ShowFlags) => show(io, flags)));
  const prune = parent
    .command('prune')
    .description('take the metrics of retired clusters and NASes off the Pushgateway, which never forgets by itself')
    .addOption(
      new Option('--source <names>', 'such as cluster/old or nas/old; without it they are only listed').argParser(
        (text: string, before: readonly string[] | undefined) => [...(before ?? []), ...text.split(',')],
      ),
    )
    .addOption(new Option('-o, --output <format>', 'how the answer is printed').choices(printFormats).default('table'));
  addCommonOptions(prune).action(act((flags: PruneFlags) => pruneSources(io, flags)));
}

async function show(io: CliIo, flags: ShowFlags): Promise<readonly Outcome[]> {
  const stored = flags.from === undefined ? undefined : await readStoredFile(flags.from);
  if (stored?.kind === 'inventory') {
    throw new ConfigError(`${flags.from}: holds an inventory, not a result`, {
      remedy: 'Judge it first: `strandline scan --from` takes it.',
    });
  }
  const session = await openSession(io, { overrides: [], ...fileOf(flags) });
  try {
    const { ports, config, deps } = session;
    const from = stored?.result;
    const { result } = await ports.runReport(config, from === undefined ? {} : { from }, deps);
    const text = await ports.formatMetrics(config, result, deps);
    session.finish();
    io.stdout.write(text);
    return [];
  } finally {
    session.finish();
  }
}

async function pruneSources(io: CliIo, flags: PruneFlags): Promise<readonly Outcome[]> {
  const session = await openSession(io, { overrides: [], ...fileOf(flags) });
  try {
    const pruned = await session.ports.pruneMetrics(session.config, flags.source ?? [], session.deps);
    session.finish();
    printAnswer(io, flags.output, describePruned(pruned));
    return [];
  } finally {
    session.finish();
  }
}

function fileOf({ config }: CommonFlags) {
  return config === undefined ? {} : { configFile: config };
}

const meanings = {
  kept: 'configured: kept',
  unknown: 'not in this config: left alone; name it with --source if it is retired',
  deleted: 'deleted',
} as const;

function describePruned(pruned: PrunedMetrics): Answer {
  const rows = (['kept', 'unknown', 'deleted'] as const).flatMap((state) =>
    pruned[state].map((source) => ({ source, state: meanings[state] })),
  );
  return {
    data: pruned,
    table: (width) =>
      rows.length === 0
        ? 'The Pushgateway shows no source.\n'
        : formatTable(
            rows,
            [
              { title: 'SOURCE', value: ({ source }) => source, shrinksTo: 16 },
              { title: 'STATE', value: ({ state }) => state, shrinksTo: 24 },
            ],
            width,
          ),
    csv: { header: ['source', 'state'], rows: rows.map(({ source, state }) => [source, state]) },
  };
}
