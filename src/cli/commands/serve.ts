import type { Cli } from '../command.ts';
import { openSession } from '../context.ts';
import type { Outcome } from '../exit-code.ts';
import type { CliIo } from '../io.ts';
import { addCommonOptions, type CommonFlags, toLogLevel } from '../options.ts';

export function addServe({ program, io, act }: Cli): void {
  const command = program
    .command('serve')
    .description('keep running: scan by schedule and answer over REST, WebSocket and a live page');
  addCommonOptions(command).action(act((flags: CommonFlags) => serve(io, flags)));
}

/** Runs until SIGTERM or SIGINT. Every scan is a process of its own that loads the same config. */
async function serve(io: CliIo, flags: CommonFlags): Promise<readonly Outcome[]> {
  const overrides = toLogLevel(flags);
  const configFile = flags.config === undefined ? {} : { configFile: flags.config };
  const { config, ports, deps, finish } = await openSession(io, { overrides, ...configFile });
  finish();
  const [{ startServer }, { spawnScan }] = await Promise.all([
    import('../../server/start.ts'),
    import('../../server/scans/spawn-scan.ts'),
  ]);
  const service = await ports.openService(config, deps);
  try {
    const server = await startServer(config, {
      ...{ ports: service, logger: deps.logger, now: deps.now, signal: deps.signal },
      runScan: (scanId, onStep, signal) => spawnScan({ overrides, scanId, ...configFile }, onStep, signal),
    });
    await server.ended;
    return [];
  } finally {
    await service.close();
  }
}
