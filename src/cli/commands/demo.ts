import type { DemoNight } from '../../../fixtures/estates/demo/history.ts';
import type { Cli } from '../command.ts';
import { openSession, type Session } from '../context.ts';
import { seedDemoHistory } from '../demo/seed-history.ts';
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
 * The ordinary scan with the ordinary clients; only the far ends are simulated, and the clock is the estate's. The sizes
 * of 90 nights are stored before it, and the night before is scanned too, without files: a finding is confirmed only
 * when two scans have seen it.
 */
async function demo(io: CliIo, flags: OutputFlags): Promise<readonly Outcome[]> {
  const [{ demoEstate }, { demoHistory }, { startEstateServers }] = await Promise.all([
    import('../../../fixtures/estates/demo/demo.ts'),
    import('../../../fixtures/estates/demo/history.ts'),
    import('../demo/estate-servers.ts'),
  ]);
  const servers = await startEstateServers(demoEstate(), {
    report: { title: 'Demo estate' },
    output: { keep: { count: 0, days: 0 } },
    log: { level: 'error' },
  });
  const env = Object.fromEntries(Object.entries(io.env).filter(([name]) => !name.startsWith('STRANDLINE_')));
  const demoIo = { ...io, env, now: servers.now };
  try {
    servers.shiftClock(-nightMs);
    await scanTheNightBefore(demoIo, servers.configFile, demoHistory().slice(0, -1));
    servers.shiftClock(0);
    return await scan(demoIo, { ...flags, output: 'table', config: servers.configFile });
  } finally {
    await servers.close();
  }
}

const nightMs = 86_400_000;

async function scanTheNightBefore(io: CliIo, configFile: string, nights: readonly DemoNight[]): Promise<void> {
  const session = await openSession(io, { configFile, overrides: [] });
  try {
    await rememberNights(session, nights);
    await session.ports.runScan(session.config, session.deps);
  } finally {
    session.finish();
  }
}

async function rememberNights({ ports, config, deps }: Session, nights: readonly DemoNight[]): Promise<void> {
  const store = await ports.openHistory(config, deps);
  try {
    await seedDemoHistory(store, config.deployment, nights);
  } finally {
    await store.close();
  }
}
