import type { Command } from 'commander';
import { isReference } from '../../config/secret-reference.ts';
import { ConfigError } from '../../errors.ts';
import type { RotationKey, RotationReport, RotationStep } from '../../model/rotation.ts';
import { terminalText } from '../../util/terminal-text.ts';
import type { Cli } from '../command.ts';
import { openSession, type Session } from '../context.ts';
import type { Outcome } from '../exit-code.ts';
import type { CliIo } from '../io.ts';
import { addCommonOptions, type CommonFlags, list, outputOption, toLogLevel } from '../options.ts';
import { type Answer, type PrintFormat, printAnswer, printFormats } from '../print.ts';
import { formatTable } from '../table.ts';

interface Flags extends CommonFlags {
  readonly output: PrintFormat;
  readonly nas?: readonly string[];
  readonly apply?: boolean;
  readonly now?: boolean;
}

export function addRotate(parent: Command, { io, act }: Cli): void {
  addCommonOptions(parent.command('rotate'))
    .description(
      'replace the API keys of TrueNAS that are due: make a new one, log in with it, store it in Vault or a Secret, delete the old one. Without --apply it only says what it would do',
    )
    .addOption(list('--nas <names>', 'only these TrueNAS systems'))
    .option('--apply', 'do it')
    .option('--now', 'also keys that are not due yet')
    .addOption(outputOption(printFormats))
    .action(act((flags: Flags) => rotate(io, flags)));
}

async function rotate(io: CliIo, flags: Flags): Promise<readonly Outcome[]> {
  const session = await openSession(io, {
    overrides: toLogLevel(flags),
    ...(flags.config !== undefined && { configFile: flags.config }),
  });
  try {
    requireRotation(session, flags.nas);
    const request = { isApply: flags.apply === true, isForced: flags.now === true, nases: flags.nas };
    const reports = await session.ports.rotateKeys(session.config, request, session.deps);
    session.finish();
    printAnswer(io, flags.output, describe(reports, request.isApply));
    return reports.some(({ outcome }) => outcome === 'failed' || outcome === 'refused') ? ['incomplete'] : [];
  } finally {
    session.finish();
  }
}

/** What is not set up for it is named, with what to do. */
function requireRotation({ config }: Session, wanted: readonly string[] | undefined): void {
  const unknown = wanted?.find((name) => !config.nas.some((nas) => nas.name === name));
  if (unknown !== undefined)
    throw new ConfigError(`--nas: "${unknown}" is not a name in nas`, { remedy: 'Use a name of the config.' });
  const meant = config.nas.filter(({ name }) => wanted?.includes(name) ?? true);
  const without = meant.filter(({ rotation }) => rotation === undefined);
  if (meant.length > without.length && wanted === undefined) return;
  if (without.length === 0 && meant.length > 0) return;
  const lines = without.map((nas) => `nas ${nas.name}: ${whyNot(nas)}`);
  throw new ConfigError(['no API key is set up for rotation', ...lines].join('\n'), {
    remedy:
      'Add `rotation` to the NAS: apiKeyFile with a key that may manage keys, and store for a key that is not in Vault or a Secret by API already; docs/credentials.md shows how.',
  });
}

function whyNot({ apiKeyFile, apiKey }: Session['config']['nas'][number]): string {
  if (apiKey !== undefined) return 'its key comes from the environment, which cannot be written';
  if (apiKeyFile === undefined) return 'it logs in by a password';
  const isWritable = isReference(apiKeyFile);
  return isWritable ? 'it has no section `rotation`' : `its key is the file ${apiKeyFile}, which cannot be written`;
}

function describe(reports: readonly RotationReport[], isApply: boolean): Answer {
  return {
    data: { applied: isApply, keys: reports },
    table: (width) =>
      [
        formatTable(
          reports,
          [
            { title: 'NAS', value: ({ nas }) => nas },
            { title: 'ACCOUNT', value: ({ account = '' }) => account },
            { title: 'KEY', value: ({ keys }) => idInUse(keys), align: 'right' },
            { title: 'OUTCOME', value: ({ outcome }) => words[outcome] },
            { title: 'WHY', value: ({ because }) => because, shrinksTo: 24 },
          ],
          width,
        ),
        ...reports.map(describeOne),
        ...(isApply ? [] : ['Nothing was changed. With --apply it is done.\n']),
      ].join('\n'),
    csv: {
      header: ['nas', 'account', 'place', 'outcome', 'because', 'step', 'key', 'status', 'note'],
      rows: reports.flatMap(({ nas, account = '', place, outcome, because, steps }) =>
        (steps.length === 0 ? [undefined] : steps).map((step) => [
          ...[nas, account, place, outcome, because],
          ...[step?.what ?? '', step?.keyId ?? '', step?.status ?? '', step?.note ?? ''],
        ]),
      ),
    },
  };
}

const words: Readonly<Record<RotationReport['outcome'], string>> = {
  rotated: 'replaced',
  due: 'would be replaced',
  notDue: 'stays',
  refused: 'refused',
  failed: 'FAILED',
};

function describeOne({ nas, place, steps, keys, remedy }: RotationReport): string {
  const others = keys.filter(({ role }) => role === 'other');
  const lines = [
    ...(steps.length > 0 || remedy !== undefined ? [`nas/${nas}, ${place}:`] : []),
    ...steps.map((step) => `  ${describeStep(step)}`),
    ...(remedy === undefined ? [] : [`  ${remedy}`]),
    ...(others.length === 0 ? [] : [`  Other keys of the account, not touched: ${others.map(nameOf).join(', ')}`]),
  ];
  return lines.map((line) => `${terminalText(line)}\n`).join('');
}

function describeStep({ what, keyId, status, note }: RotationStep): string {
  const key = keyId === undefined ? (what === 'delete' || what === 'create' ? 'a key' : 'the new key') : `key ${keyId}`;
  const deed = { create: `make ${key}`, prove: `log in with ${key}`, store: `store ${key}`, delete: `delete ${key}` };
  const text = what === 'readBack' ? 'read the store again, log in with what it holds' : deed[what];
  return `${marks[status]} ${text}${note === undefined ? '' : ` (${note})`}`;
}

const marks: Readonly<Record<RotationStep['status'], string>> = {
  planned: 'would',
  done: 'done:',
  failed: 'FAILED:',
  later: 'later:',
};

function idInUse(keys: readonly RotationKey[]): string {
  const inUse = keys.find(({ role }) => role === 'inUse');
  return inUse === undefined ? '' : String(inUse.id);
}

function nameOf({ id, name }: RotationKey): string {
  return `${id} "${name}"`;
}
