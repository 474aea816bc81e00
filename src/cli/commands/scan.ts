import { Option } from 'commander';
import { ConfigError } from '../../errors.ts';
import type { OutputFormat } from '../../model/output-format.ts';
import type { ScanResult } from '../../model/scan-result.ts';
import type { RunOutcome, RunProblem, WrittenOutputs } from '../../run/ports.ts';
import { formatSize } from '../../util/format-size.ts';
import { rulesToReview } from '../../util/ignore-words.ts';
import { terminalText } from '../../util/terminal-text.ts';
import { traced } from '../../util/trace.ts';
import type { Cli } from '../command.ts';
import { openSession, type Session } from '../context.ts';
import { type Outcome, outcomeOfProblem, reaches, toExitCode } from '../exit-code.ts';
import type { CliIo } from '../io.ts';
import { notAssessedLines } from '../not-assessed-lines.ts';
import {
  addOutputOptions,
  addReadingOptions,
  type OutputFlags,
  type ReadingFlags,
  toFailOn,
  toOverrides,
} from '../options.ts';
import { outcomeOf } from '../outcome-of-error.ts';
import { prepareOutputFolder } from '../output-folder.ts';
import { type Answer, printAnswer } from '../print.ts';
import { describeProblemLine } from '../print-error.ts';
import { requireSources } from '../require-sources.ts';
import { readStoredFile } from '../result-file.ts';
import { describeFindings } from './orphans.ts';

export type ScanFlags = ReadingFlags & OutputFlags;

export function addScan({ program, io, act }: Cli): void {
  const command = program
    .command('scan')
    .description('read both sides once, judge, remember, write the report, deliver it');
  addOutputOptions(addReadingOptions(command))
    .addOption(
      new Option('--join', 'judge the shares that `collect --share` stored, and read nothing').conflicts('from'),
    )
    .option('--metrics-file <file>', 'write the metrics for node_exporter’s textfile collector too')
    .action(act((flags: ScanFlags) => scan(io, flags)));
}

/** Config, then the output folder, then everything else: what is wrong with either is known before anything is read. */
export async function scan(io: CliIo, flags: ScanFlags): Promise<readonly Outcome[]> {
  const session = await openSession(io, {
    overrides: toOverrides(flags),
    ...(flags.config !== undefined && { configFile: flags.config }),
  });
  return traced('strandline scan', {}, () => scanWith(session, flags));
}

async function scanWith(session: Session, flags: ScanFlags): Promise<readonly Outcome[]> {
  const { io } = session;
  const startedMs = io.now().getTime();
  try {
    const dir = await prepareOutputFolder(flags.out ?? session.config.output.dir, flags.out ? '--out' : 'output.dir');
    const judged = await readAndJudge(session, flags);
    const outcome = flags.from === undefined ? await withDeliveries(session, judged) : judged;
    io.signal.throwIfAborted(); // abandoned: nothing is written or delivered of it
    const { config } = session;
    const written = await session.ports.writeOutputs(
      outcome.result,
      {
        ...{ dir, formats: chooseFormats(session, flags), config },
        ...(flags.from === undefined && { keep: config.output.keep }),
      },
      session.deps,
    );
    const sofar = [...outcome.problems, ...written.problems];
    const exitCode = toExitCode(outcomesOf(outcome.result, sofar.map(outcomeOfProblem), flags));
    const request = { exitCode, dir, files: written.files };
    const undelivered =
      flags.from === undefined
        ? await session.ports.deliver(session.config, outcome.result, request, session.deps)
        : [];
    if (io.signalNumber() === undefined) io.allDone?.();
    else if (flags.from === undefined) await reportEnd(session, toExitCode([], io.signalNumber()), startedMs);
    session.finish();
    const problems = [...sofar, ...undelivered];
    printAnswer(io, flags.output, describeScan(outcome.result, written, problems));
    return outcomesOf(outcome.result, problems.map(outcomeOfProblem), flags);
  } catch (error) {
    if (flags.from === undefined) await reportFailure(session, error, startedMs);
    throw error;
  } finally {
    session.finish();
  }
}

/** The report names the messages of earlier runs that were lost, or may have been. */
async function withDeliveries({ ports, config, deps }: Session, { result, problems }: RunOutcome): Promise<RunOutcome> {
  const told = await ports.settleDeliveries(config, result, deps);
  const notes = told.map((text) => ({ kind: 'delivery', text }));
  return { result: { ...result, notes: [...result.notes, ...notes] }, problems };
}

/** A run without a result still says that it ran, and how it ended. */
async function reportFailure(session: Session, error: unknown, startedMs: number): Promise<void> {
  const outcome = outcomeOf(error);
  const exitCode = toExitCode(outcome === undefined ? [] : [outcome], session.io.signalNumber());
  await reportEnd(session, exitCode, startedMs);
}

/** What the metrics said before it, of a run that was then stopped, is replaced. */
async function reportEnd({ io, config, ports, deps }: Session, exitCode: number, startedMs: number): Promise<void> {
  await ports.deliverFailure(config, { exitCode, durationMs: io.now().getTime() - startedMs }, deps);
}

async function readAndJudge(session: Session, flags: ScanFlags): Promise<RunOutcome> {
  const { ports, config, deps } = session;
  if (flags.from === undefined) {
    requireSources(session);
    return flags.join ? ports.joinShares(config, deps) : ports.runScan(config, deps);
  }
  const stored = await readStoredFile(flags.from);
  if (stored.kind === 'inventory') return ports.replay(config, stored.inventory, deps);
  throw new ConfigError(`${flags.from}: holds a finished result, which cannot be scanned`, {
    remedy: 'Use `strandline report --from` for a result; `scan --from` takes what `strandline collect` wrote.',
  });
}

export function chooseFormats({ config }: Pick<Session, 'config'>, flags: OutputFlags): readonly OutputFormat[] {
  const wanted = new Set<OutputFormat>(['json', ...(flags.format ?? config.output.formats)]);
  if (!flags.pdf) wanted.delete('pdf');
  return [...wanted];
}

function outcomesOf(result: ScanResult, problems: readonly Outcome[], flags: ScanFlags): readonly Outcome[] {
  const failOn = toFailOn(flags);
  return [
    ...problems,
    ...(result.scan.complete ? [] : (['incomplete'] as const)),
    ...(failOn !== undefined && reaches(result, failOn) ? (['findings'] as const) : []),
  ];
}

/** A short summary for a person; the whole result as JSON or YAML; the findings as CSV. */
export function describeScan(result: ScanResult, { files }: WrittenOutputs, problems: readonly RunProblem[]): Answer {
  const { summary } = result;
  return {
    data: result,
    table: () =>
      [
        `${summary.status}: ${terminalText(summary.sentence)}`,
        `${summary.findings} findings (${summary.confirmed} confirmed, ${summary.new} new), ${formatSize(summary.reclaimableBytes)} to free; ${summary.ignored} ignored, ${summary.resolved} resolved`,
        ...notAssessedLines(summary.notAssessed),
        ...rulesToReview(result).map(terminalText),
        // What is incomplete stands above, one by one.
        ...problems
          .filter(({ kind }) => kind !== 'incomplete')
          .map((problem) => `Problem: ${describeProblemLine(problem)}`),
        ...files.map(({ path }) => `  ${terminalText(path)}`),
        '',
      ].join('\n'),
    csv: describeFindings(result, result.findings).csv,
  };
}
