import type { Cli } from '../command.ts';
import { openSession } from '../context.ts';
import type { Outcome } from '../exit-code.ts';
import type { CliIo } from '../io.ts';
import { addOutputOptions, type OutputFlags } from '../options.ts';
import { scan } from './scan.ts';

export function addDemo({ program, io, act }: Cli): void {
  const command = program
    .command('demo')
    .description(
      'scan a made-up estate (two clusters, one TrueNAS) that runs on this machine for the time of the scan',
    );
  addOutputOptions(command).action(act((flags: OutputFlags) => demo(io, flags)));
}

/**
 * The ordinary scan with the ordinary clients; only the far ends are simulated, and the clock is the estate's. The night
 * before is scanned too, without files: a finding is confirmed only when two scans have seen it.
 */
async function demo(io: CliIo, flags: OutputFlags): Promise<readonly Outcome[]> {
  const [{ demoEstate }, { startEstateServers }] = await Promise.all([
    import('../../../fixtures/estates/demo/demo.ts'),
    import('../demo/estate-servers.ts'),
  ]);
  const servers = await startEstateServers(demoEstate(), { report: { title: 'Demo estate' }, log: { level: 'error' } });
  const env = Object.fromEntries(Object.entries(io.env).filter(([name]) => !name.startsWith('STRANDLINE_')));
  const demoIo = { ...io, env, now: servers.now };
  try {
    servers.shiftClock(-nightMs);
    await scanTheNightBefore(demoIo, servers.configFile);
    servers.shiftClock(0);
    return await scan(demoIo, { ...flags, output: 'table', config: servers.configFile });
  } finally {
    await servers.close();
  }
}

const nightMs = 86_400_000;

async function scanTheNightBefore(io: CliIo, configFile: string): Promise<void> {
  const session = await openSession(io, { configFile, overrides: [] });
  try {
    await session.ports.runScan(session.config, session.deps);
  } finally {
    session.finish();
  }
}
