import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Option } from 'commander';
import { stringify } from 'yaml';
import { configDigest, loadConfig } from '../../config/load.ts';
import { buildConfigSchema } from '../../config/schema-tree.ts';
import { toClusterTargets, toNasTargets } from '../../config/to-targets.ts';
import { ConfigError } from '../../errors.ts';
import { terminalText } from '../../util/terminal-text.ts';
import type { Cli } from '../command.ts';
import { openSession } from '../context.ts';
import { type Discovery, discoverBackends } from '../discover.ts';
import type { Outcome } from '../exit-code.ts';
import type { CliIo } from '../io.ts';
import { addCommonOptions, type CommonFlags } from '../options.ts';
import { formatStarterConfig } from '../starter-config.ts';
import { printPin } from './config-pin.ts';

export function addConfig({ program, io, act }: Cli): void {
  const config = program.command('config').description('the config file: write one, show it, check it, its schema');
  addCommonOptions(config.command('init').description('discover backends and write a commented config file'))
    .option('--file <file>', 'file to write', 'strandline.yaml')
    .option('--force', 'replace a file that is there')
    .option('--offline', 'read no cluster: write the plain form')
    .action(act((flags: InitFlags) => init(io, flags)));
  addCommonOptions(config.command('show').description('the config in force, defaults filled in, secrets hidden'))
    .addOption(new Option('-o, --output <format>', 'how it is printed').choices(['yaml', 'json']).default('yaml'))
    .action(act((flags: ShowFlags) => show(io, flags)));
  addCommonOptions(config.command('check').description('is the config right? Connects to nothing')).action(
    act((flags: CommonFlags) => check(io, flags)),
  );
  config
    .command('pin <url>')
    .description('the key that a server shows, as a pin for `tls.pins`; nothing is sent to it')
    .action(act((url: string) => printPin(io, url)));
  config
    .command('schema')
    .description('JSON Schema of the config file')
    .action(
      act(async () => {
        io.stdout.write(`${JSON.stringify({ title: 'Strandline configuration', ...buildConfigSchema() }, null, 2)}\n`);
        return [];
      }),
    );
}

interface ShowFlags extends CommonFlags {
  readonly output: 'yaml' | 'json';
}

interface InitFlags extends CommonFlags {
  readonly file: string;
  readonly force?: boolean;
  readonly offline?: boolean;
}

async function show(io: CliIo, flags: ShowFlags): Promise<readonly Outcome[]> {
  const { config } = load(io, flags);
  const plain: unknown = JSON.parse(JSON.stringify(config));
  io.stdout.write(flags.output === 'json' ? `${JSON.stringify(plain, null, 2)}\n` : stringify(plain, { lineWidth: 0 }));
  return [];
}

async function check(io: CliIo, flags: CommonFlags): Promise<readonly Outcome[]> {
  const { config, file, missing } = load(io, flags);
  toClusterTargets(config);
  toNasTargets(config);
  const { clusters, nas, backends } = config;
  io.stdout.write(
    [
      `${terminalText(file ?? 'built-in defaults')}: correct (${configDigest(config).slice(0, 19)})`,
      `${count(clusters, 'cluster')}, ${count(nas, 'TrueNAS system')}, ${count(backends, 'declared backend')}`,
      ...missing.map((gap) => `Missing: ${terminalText(gap)}`),
      '',
    ].join('\n'),
  );
  return [];
}

function count(list: readonly unknown[], one: string): string {
  return `${list.length} ${one}${list.length === 1 ? '' : 's'}`;
}

async function init(io: CliIo, flags: InitFlags): Promise<readonly Outcome[]> {
  const file = resolve(io.cwd, flags.file);
  const discovery = flags.offline === true ? { clusters: [], backends: [] } : await discover(io, flags);
  try {
    await writeFile(file, formatStarterConfig(discovery), { flag: flags.force === true ? 'w' : 'wx' });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    throw new ConfigError(`${file}: cannot be written (${code})`, {
      cause,
      remedy:
        code === 'EEXIST' ? 'Give another --file, or --force to replace it.' : 'Correct the path or its permissions.',
    });
  }
  io.stdout.write(
    `${terminalText(file)}\nFill in what is marked CHANGE, then: strandline config check --config ${terminalText(flags.file)}\n`,
  );
  return [];
}

async function discover(io: CliIo, flags: CommonFlags): Promise<Discovery> {
  const session = await openSession(io, {
    overrides: [],
    ...(flags.config !== undefined && { configFile: flags.config }),
  });
  try {
    if (session.config.clusters.length === 0) return { clusters: [], backends: [] };
    return discoverBackends(await session.ports.collect(session.config, session.deps));
  } finally {
    session.finish();
  }
}

function load(io: CliIo, { config }: CommonFlags) {
  return loadConfig({ env: io.env, ...(config !== undefined && { file: config }) });
}
