import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import type { Inventory } from '../../model/inventory.ts';
import { terminalText } from '../../util/terminal-text.ts';
import type { Cli } from '../command.ts';
import { openSession, type Session } from '../context.ts';
import type { Outcome } from '../exit-code.ts';
import type { CliIo } from '../io.ts';
import { addCommonOptions, type CommonFlags, toLogLevel } from '../options.ts';
import { prepareOutputFolder } from '../output-folder.ts';
import { requireSources } from '../require-sources.ts';

interface CollectFlags extends CommonFlags {
  readonly out?: string;
  readonly share?: boolean;
  readonly index?: number;
}

export function addCollect({ program, io, act }: Cli): void {
  const command = program
    .command('collect')
    .description('read both sides and judge nothing: what was read, without secrets, for `--from` or a bug report');
  addCommonOptions(command)
    .addOption(new Option('--out <file>', 'file to write (default: stdout)').conflicts('share'))
    .option('--share', 'store it beside the history, as the share of a fleet that `scan --join` judges')
    .addOption(
      new Option('--index <n>', 'with --share: one source alone, the NASes counted from 0, then the clusters')
        .argParser(parseIndex)
        .implies({ share: true })
        .conflicts('out'),
    )
    .action(act((flags: CollectFlags) => collect(io, flags)));
}

async function collect(io: CliIo, flags: CollectFlags): Promise<readonly Outcome[]> {
  const session = await openSession(io, {
    overrides: toLogLevel(flags),
    ...(flags.config !== undefined && { configFile: flags.config }),
  });
  try {
    const file = flags.out === undefined ? undefined : resolve(flags.out);
    if (file !== undefined) await prepareOutputFolder(dirname(file), '--out');
    requireSources(session);
    if (flags.share) return await share(session, flags.index);
    const inventory = await session.ports.collect(session.config, session.deps);
    session.finish();
    await deliver(io, `${JSON.stringify(inventory)}\n`, file);
    return isComplete(inventory) ? [] : ['incomplete'];
  } finally {
    session.finish();
  }
}

async function share({ io, ports, config, deps, finish }: Session, index?: number): Promise<readonly Outcome[]> {
  const { inventory, keys } = await ports.share(config, deps, index);
  finish();
  io.stdout.write(keys.map((key) => `${terminalText(key)}\n`).join(''));
  return isComplete(inventory) ? [] : ['incomplete'];
}

/** As Kubernetes numbers the pods of an Indexed Job. */
function parseIndex(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('It is a whole number from 0 on: JOB_COMPLETION_INDEX.');
  return Number(text);
}

async function deliver(io: CliIo, text: string, file: string | undefined): Promise<void> {
  if (file === undefined) return io.stdout.write(text);
  const unfinished = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(unfinished, text, { mode: 0o600 });
    await rename(unfinished, file);
  } finally {
    await rm(unfinished, { force: true });
  }
  io.stdout.write(`${terminalText(file)}\n`);
}

function isComplete({ clusters, nases }: Inventory): boolean {
  return [...clusters, ...nases].every(({ sections }) => Object.values(sections).every((section) => section.ok));
}
