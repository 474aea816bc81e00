import { type ConfiguredCredential, listCredentials } from '../../config/list-credentials.ts';
import type { RuleResult } from '../../model/validation.ts';
import { terminalText } from '../../util/terminal-text.ts';
import type { Cli } from '../command.ts';
import { openSession } from '../context.ts';
import type { Outcome } from '../exit-code.ts';
import type { CliIo } from '../io.ts';
import { addCommonOptions, type CommonFlags, outputOption } from '../options.ts';
import { type Answer, type PrintFormat, printAnswer, printFormats } from '../print.ts';
import { requireSources } from '../require-sources.ts';
import { formatTable } from '../table.ts';
import { addRotate } from './credentials-rotate.ts';

interface Flags extends CommonFlags {
  readonly output: PrintFormat;
}

export function addCredentials(cli: Cli): void {
  const { program, io, act } = cli;
  const parent = program.command('credentials').description('look after the credentials of the config');
  addCommonOptions(parent.command('check'))
    .description(
      'where each credential comes from, its age, and with one login each: its rights, expiry, and whether it could do more than needed',
    )
    .addOption(outputOption(printFormats))
    .action(act((flags: Flags) => check(io, flags)));
  addRotate(parent, cli);
}

/** Rights and expiry are judged by the rules of `validate` about permissions: both commands say the same. */
async function check(io: CliIo, flags: Flags): Promise<readonly Outcome[]> {
  const session = await openSession(io, {
    overrides: [],
    ...(flags.config !== undefined && { configFile: flags.config }),
  });
  const { config, ports, deps, finish } = session;
  try {
    requireSources(session);
    const inventory = await ports.collect(config, deps);
    const { result } = await ports.replay(config, inventory, deps);
    finish();
    const rules = result.validation.results.filter(({ component }) => component === 'permissions');
    printAnswer(io, flags.output, describe(listCredentials(config), rules, io.now()));
    return rules.some(({ status }) => status === 'failed' || status === 'notAssessed') ? ['incomplete'] : [];
  } finally {
    finish();
  }
}

function describe(credentials: readonly ConfiguredCredential[], rules: readonly RuleResult[], now: Date): Answer {
  const lines = rules.flatMap(({ scope, title, status, because, problems }) => {
    if (status === 'notAssessed') return [`${scope}: not assessed: ${title} (${because ?? 'unknown'})`];
    return problems.map(({ resource, why }) => `${scope}: ${resource.kind} ${resource.name}: ${why}`);
  });
  return {
    data: { credentials, rights: rules },
    table: (width) =>
      [
        formatTable(
          credentials,
          [
            { title: 'CREDENTIAL', value: ({ name }) => name, shrinksTo: 16 },
            { title: 'FROM', value: ({ from }) => from },
            { title: 'AGE', value: ({ writtenAt }) => ageOf(writtenAt, now), align: 'right' },
            { title: 'PLACE', value: placeOf, shrinksTo: 16 },
          ],
          width,
        ),
        lines.length === 0 ? 'Rights: enough, and none beyond what is needed.' : lines.map(terminalText).join('\n'),
        '',
      ].join('\n'),
    csv: {
      header: ['credential', 'from', 'place', 'written_at', 'readable_by_all'],
      rows: credentials.map((one) => [
        one.name,
        one.from,
        one.place ?? '',
        one.writtenAt ?? '',
        one.isReadableByAll ?? '',
      ]),
    },
  };
}

function placeOf({ place = '', isReadableByAll }: ConfiguredCredential): string {
  return isReadableByAll === true ? `${place} (everybody may read it)` : place;
}

function ageOf(writtenAt: string | undefined, now: Date): string {
  if (writtenAt === undefined) return '';
  return `${Math.max(0, Math.floor((now.getTime() - Date.parse(writtenAt)) / 86_400_000))} d`;
}
