import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Override } from '../config/override.ts';
import { type CheckId, checkIds, type Severity, severities } from '../model/finding.ts';
import { type OutputFormat, outputFormats } from '../model/output-format.ts';
import { parseDuration } from '../util/duration.ts';
import type { FailOn } from './exit-code.ts';
import { type PrintFormat, printFormats, toolFormats } from './print.ts';

/** What every command understands. */
export interface CommonFlags {
  readonly config?: string;
  readonly logLevel?: string;
}

/** What every reading command understands (contract: design section 8). */
export interface ReadingFlags extends CommonFlags {
  readonly output: PrintFormat;
  readonly namespace?: readonly string[];
  readonly cluster?: readonly string[];
  readonly nas?: readonly string[];
  readonly check?: readonly CheckId[];
  readonly severity?: Severity;
  readonly minAge?: string;
  readonly from?: string;
  readonly failOn?: Severity;
  readonly includeUnconfirmed?: boolean;
  /** Time between two rounds, such as 60s. */
  readonly watch?: string;
  /** Of `scan` alone. */
  readonly metricsFile?: string;
  readonly join?: boolean;
}

export interface OutputFlags {
  readonly out?: string;
  readonly format?: readonly OutputFormat[];
  /** commander: `--no-pdf` makes it false. */
  readonly pdf: boolean;
}

export function addCommonOptions(command: Command): Command {
  return command
    .option('-c, --config <file>', 'config file (or STRANDLINE_CONFIG)')
    .addOption(
      new Option('--log-level <level>', 'least severe log line').choices(['debug', 'info', 'warn', 'error', 'silent']),
    );
}

export function addReadingOptions(command: Command): Command {
  return addFilterOptions(addWatchOption(addCommonOptions(command)).addOption(outputOption(printFormats)));
}

/** For commands whose answer is verdicts on checks. */
export function addVerdictOptions(command: Command): Command {
  const formats = [...printFormats, ...toolFormats];
  return addFilterOptions(addWatchOption(addCommonOptions(command)).addOption(outputOption(formats)));
}

export function outputOption(formats: readonly PrintFormat[]): Option {
  return new Option('-o, --output <format>', 'how the answer is printed').choices(formats).default('table');
}

export function addWatchOption(command: Command): Command {
  const option = new Option('--watch [interval]', 'print the table again and again, until Ctrl-C (every 60s)');
  return command.addOption(option.preset('60s').argParser(parseAge));
}

export function addPlaceOptions(command: Command): Command {
  return command
    .addOption(list('-n, --namespace <names>', 'only these namespaces'))
    .addOption(list('--cluster <names>', 'only these clusters'))
    .addOption(list('--nas <names>', 'only these TrueNAS systems'));
}

function addFilterOptions(command: Command): Command {
  return addPlaceOptions(command)
    .addOption(list('--check <ids>', 'only these checks', checkIds))
    .addOption(severity('--severity <severity>', 'only findings of this severity or above'))
    .addOption(new Option('--min-age <duration>', 'judge nothing younger, such as 24h').argParser(parseAge))
    .option('--from <file>', 'a stored result.json or collected inventory instead of reading anything')
    .addOption(severity('--fail-on <severity>', 'exit 10 when a confirmed finding is this severe or worse'))
    .option('--include-unconfirmed', 'count unconfirmed findings for --fail-on too');
}

export function addOutputOptions(command: Command): Command {
  return command
    .option('--out <folder>', 'folder for the files (default: output.dir of the config)')
    .addOption(list('--format <formats>', 'files to write', outputFormats))
    .option('--no-pdf', 'write no PDF');
}

/** Narrowing flags as config overrides: they go before environment and file. */
export function toOverrides(flags: ReadingFlags): readonly Override[] {
  return [
    override(['scope', 'include', 'namespaces'], flags.namespace, '--namespace'),
    override(['scope', 'include', 'clusters'], flags.cluster, '--cluster'),
    override(['scope', 'include', 'nas'], flags.nas, '--nas'),
    override(['scope', 'checks'], flags.check, '--check'),
    override(['scope', 'minSeverity'], flags.severity, '--severity'),
    override(['checks', 'minAge'], flags.minAge, '--min-age'),
    override(['output', 'metricsPath'], flags.metricsFile, '--metrics-file'),
    ...toLogLevel(flags),
  ].flat();
}

/** All that commands without narrowing flags override. */
export function toLogLevel({ logLevel }: Pick<CommonFlags, 'logLevel'>): readonly Override[] {
  return override(['log', 'level'], logLevel, '--log-level');
}

export function toFailOn({ failOn, includeUnconfirmed }: ReadingFlags): FailOn | undefined {
  return failOn === undefined ? undefined : { severity: failOn, includesUnconfirmed: includeUnconfirmed === true };
}

function override(path: readonly string[], value: unknown, from: string): readonly Override[] {
  return value === undefined ? [] : [{ path, value, from }];
}

/** May be given several times, and with commas. */
export function list(flags: string, description: string, allowed?: readonly string[]): Option {
  const option = new Option(flags, allowed === undefined ? description : `${description} (${describe(allowed)})`);
  return option.argParser((text: string, before: readonly string[] | undefined) => {
    const names = text
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '');
    const wrong = names.find((name) => allowed !== undefined && !allowed.includes(name));
    if (wrong !== undefined) throw new InvalidArgumentError(`"${wrong}" is none of ${allowed?.join(', ')}.`);
    return [...(before ?? []), ...names];
  });
}

function describe(allowed: readonly string[]): string {
  return allowed.length > 8 ? 'ids as in the report' : allowed.join(', ');
}

export function severity(flags: string, description: string): Option {
  return new Option(flags, `${description} (${severities.join(', ')})`).argParser((text: string) => {
    const wanted = text.toUpperCase();
    if (!severities.some((each) => each === wanted))
      throw new InvalidArgumentError(`Use one of ${severities.join(', ')}.`);
    return wanted;
  });
}

function parseAge(text: string): string {
  if (parseDuration(text) === undefined) throw new InvalidArgumentError('Use a duration such as 30m, 24h or 7d.');
  return text;
}
