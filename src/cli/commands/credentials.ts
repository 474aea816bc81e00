import { type ConfiguredCredential, listCredentials } from '../../config/list-credentials.ts';
import type { Config } from '../../config/schema.ts';
import { readSecretFile, readWrittenAt } from '../../config/secret-file.ts';
import { isReference } from '../../config/secret-reference.ts';
import { AppError } from '../../errors.ts';
import type { RuleResult } from '../../model/validation.ts';
import { terminalText } from '../../util/terminal-text.ts';
import type { Cli } from '../command.ts';
import { openSession } from '../context.ts';
import { buildCredentialRows, type CredentialRow, type Learnt } from '../credential-rows.ts';
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
    const credentials = listCredentials(config);
    const stores = await readStores(credentials);
    const inventory = await ports.collect(config, deps);
    const { result } = await ports.replay(config, inventory, deps);
    finish();
    const rules = result.validation.results.filter(({ component }) => component === 'permissions');
    const keyIds = await readKeyIds(config);
    const rows = buildCredentialRows(credentials, { stores, keyIds, inventory, rules });
    printAnswer(io, flags.output, describe(rows, rules, io.now()));
    const isUnsure = rules.some(({ status }) => status === 'failed' || status === 'notAssessed');
    return isUnsure || rows.some(({ problem }) => problem !== undefined) ? ['incomplete'] : [];
  } finally {
    finish();
  }
}

/** What Vault and Secrets know of what they hold. */
async function readStores(credentials: readonly ConfiguredCredential[]): Promise<Learnt['stores']> {
  const stores = new Map<string, { readonly writtenAt?: string; readonly problem?: string }>();
  for (const { name, place = '' } of credentials) {
    if (!isReference(place)) continue;
    try {
      const writtenAt = await readWrittenAt(place, name);
      stores.set(place, writtenAt === undefined ? {} : { writtenAt });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      stores.set(place, { problem: error.message });
    }
  }
  return stores;
}

/** The number in front of an API key is its id on the NAS, and no secret. */
async function readKeyIds(config: Config): Promise<Learnt['keyIds']> {
  const ids = new Map<string, number>();
  for (const { name, apiKey, apiKeyFile } of config.nas) {
    const key = apiKey ?? (apiKeyFile && (await readSecretFile(apiKeyFile, `nas ${name}`).catch(() => undefined)));
    const [, id] = (key && /^(\d+)-/.exec(key.reveal())) || [];
    if (id !== undefined) ids.set(name, Number(id));
  }
  return ids;
}

function describe(credentials: readonly CredentialRow[], rules: readonly RuleResult[], now: Date): Answer {
  const lines = [
    ...credentials.flatMap(({ name, problem }) =>
      problem === undefined ? [] : [`${name}: cannot be read: ${problem}`],
    ),
    ...rules.flatMap(({ scope, title, status, because, problems }) => {
      if (status === 'notAssessed') return [`${scope}: not assessed: ${title} (${because ?? 'unknown'})`];
      return problems.map(({ resource, why }) => `${scope}: ${resource.kind} ${resource.name}: ${why}`);
    }),
  ];
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
            { title: 'EXPIRES', value: ({ expiresAt }) => expiresAt?.slice(0, 10) ?? '' },
            { title: 'RIGHTS', value: ({ rights = '' }) => rights, shrinksTo: 14 },
            { title: 'WIDER', value: ({ isWider }) => (isWider === undefined ? '' : isWider ? 'YES' : 'no') },
            { title: 'PLACE', value: placeOf, shrinksTo: 16 },
          ],
          width,
        ),
        lines.length === 0 ? 'Rights: enough, and none beyond what is needed.' : lines.map(terminalText).join('\n'),
        '',
      ].join('\n'),
    csv: {
      header: [
        'credential',
        'from',
        'place',
        'written_at',
        'expires_at',
        'rights',
        'wider',
        'readable_by_all',
        'problem',
      ],
      rows: credentials.map((one) => [
        ...[one.name, one.from, one.place ?? '', one.writtenAt ?? '', one.expiresAt ?? '', one.rights ?? ''],
        ...[one.isWider ?? '', one.isReadableByAll ?? '', one.problem ?? ''],
      ]),
    },
  };
}

function placeOf({ place = '', isReadableByAll }: CredentialRow): string {
  return isReadableByAll === true ? `${place} (everybody may read it)` : place;
}

function ageOf(writtenAt: string | undefined, now: Date): string {
  if (writtenAt === undefined) return '';
  return `${Math.max(0, Math.floor((now.getTime() - Date.parse(writtenAt)) / 86_400_000))} d`;
}
