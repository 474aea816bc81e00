import { InvalidArgumentError, Option } from 'commander';
import { ConfigError } from '../../errors.ts';
import type { ScanResult } from '../../model/scan-result.ts';
import type { RunProblem, WrittenOutputs } from '../../run/ports.ts';
import { durationMs, parseDuration } from '../../util/duration.ts';
import type { Cli } from '../command.ts';
import { openSession, type Session } from '../context.ts';
import { type Outcome, outcomeOfProblem, toExitCode } from '../exit-code.ts';
import type { CliIo } from '../io.ts';
import { addCommonOptions, addOutputOptions, type CommonFlags, type OutputFlags, toLogLevel } from '../options.ts';
import { prepareOutputFolder } from '../output-folder.ts';
import { type PrintFormat, printAnswer, printFormats } from '../print.ts';
import { readStoredFile } from '../result-file.ts';
import { chooseFormats, describeScan } from './scan.ts';

interface ReportFlags extends CommonFlags, OutputFlags {
  readonly output: PrintFormat;
  readonly from?: string;
  readonly period?: string;
  readonly deliver?: 'email';
  readonly kind: 'storage' | 'compliance';
}

export function addReport({ program, io, act }: Cli): void {
  const command = program
    .command('report')
    .description('render a stored result, or the newest of a period of history, without any scan');
  addOutputOptions(addCommonOptions(command))
    .addOption(new Option('-o, --output <format>', 'how the answer is printed').choices(printFormats).default('table'))
    .option('--from <file>', 'a stored result.json; without it history is asked')
    .addOption(new Option('--period <duration>', 'time that the report covers, such as 7d').argParser(parsePeriod))
    .addOption(new Option('--deliver <route>', 'send it too; a period is sent once').choices(['email']))
    .addOption(
      new Option('--kind <kind>', '`compliance`: reads the systems once: encryption, shares, retention, rights, TLS')
        .choices(['storage', 'compliance'])
        .default('storage'),
    )
    .action(act((flags: ReportFlags) => (flags.kind === 'compliance' ? compliance(io, flags) : report(io, flags))));
}

/** Exit 3 is for scans: rendering an incomplete result again is no failure, and the report says what was not assessed. */
async function report(io: CliIo, flags: ReportFlags): Promise<readonly Outcome[]> {
  const from = flags.from === undefined ? undefined : await readResult(flags.from);
  const session = await openSession(io, {
    overrides: toLogLevel(flags),
    ...(flags.config !== undefined && { configFile: flags.config }),
  });
  try {
    const { config, ports, deps } = session;
    if (flags.deliver !== undefined) requireEmail(config);
    const dir = await prepareOutputFolder(flags.out ?? config.output.dir, flags.out ? '--out' : 'output.dir');
    const request = {
      ...(from !== undefined && { from }),
      ...(flags.period !== undefined && { periodMs: durationMs(flags.period) }),
    };
    const { result, problems: earlier } = await ports.runReport(config, request, deps);
    const written = await ports.writeOutputs(result, { dir, formats: chooseFormats(session, flags), config }, deps);
    const sofar = [...earlier, ...written.problems];
    const undelivered = flags.deliver === undefined ? [] : await send(session, result, { dir, ...written }, sofar);
    session.finish();
    const problems = [...sofar, ...undelivered];
    printAnswer(io, flags.output, describeScan(result, written, problems));
    return outcomesOf(problems);
  } finally {
    session.finish();
  }
}

/** Needs what no stored result holds: it reads the systems anew, or takes what `collect` wrote. */
async function compliance(io: CliIo, flags: ReportFlags): Promise<readonly Outcome[]> {
  const session = await openSession(io, {
    overrides: [],
    ...(flags.config !== undefined && { configFile: flags.config }),
  });
  const { config, ports, deps } = session;
  try {
    const inventory = flags.from === undefined ? await ports.collect(config, deps) : await readInventory(flags.from);
    const { result } = await ports.replay(config, inventory, deps);
    const dir = await prepareOutputFolder(flags.out ?? config.output.dir, flags.out ? '--out' : 'output.dir');
    const request = { dir, formats: chooseFormats(session, flags), config };
    const { files, problems } = await ports.writeCompliance(inventory, result, request, deps);
    session.finish();
    printAnswer(io, flags.output, describeScan(result, { files, problems }, problems));
    return [...outcomesOf(problems), ...(result.scan.complete ? [] : (['incomplete'] as const))];
  } finally {
    session.finish();
  }
}

async function readInventory(file: string) {
  const stored = await readStoredFile(file);
  if (stored.kind === 'inventory') return stored.inventory;
  throw new ConfigError(`${file}: holds a result, not an inventory`, {
    remedy: 'Give what `strandline collect` wrote, or leave --from out.',
  });
}

/** One stored result is sent once too: it stands for the time of its scan. */
async function send(
  { ports, config, deps }: Session,
  result: ScanResult,
  { dir, files }: WrittenOutputs & { readonly dir: string },
  sofar: readonly RunProblem[],
): Promise<readonly RunProblem[]> {
  const { period = { from: result.scan.startedAt, to: result.scan.finishedAt } } = result;
  const report = { from: period.from, to: period.to };
  return ports.deliver(config, result, { exitCode: toExitCode(outcomesOf(sofar)), dir, files, report }, deps);
}

function outcomesOf(problems: readonly RunProblem[]): readonly Outcome[] {
  return problems.filter(({ kind }) => kind !== 'incomplete').map(outcomeOfProblem);
}

function requireEmail({ email }: Session['config']): void {
  if (email !== undefined) return;
  throw new ConfigError('--deliver email: no mail is configured', {
    remedy: 'Add an `email` section to the config; docs/configuration.md lists its keys.',
  });
}

async function readResult(file: string) {
  const stored = await readStoredFile(file);
  if (stored.kind === 'result') return stored.result;
  throw new ConfigError(`${file}: holds an inventory, not a result`, {
    remedy: 'Judge it first: `strandline scan --from` takes it.',
  });
}

function parsePeriod(text: string): string {
  if (parseDuration(text) === undefined) throw new InvalidArgumentError('Use a duration such as 24h, 7d or 30d.');
  return text;
}
