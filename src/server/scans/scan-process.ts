import { loadConfig } from '../../config/load.ts';
import type { Config } from '../../config/schema.ts';
import { AppError } from '../../errors.ts';
import { createLogger } from '../../log.ts';
import type { Ports, RunDeps, RunProblem } from '../../run/ports.ts';
import { wirePorts } from '../../run/wire.ts';
import { startTracing, stopTracing } from '../../telemetry/traces.ts';
import { traced } from '../../util/trace.ts';
import type { ScanMessage, ScanOrder } from './spawn-scan.ts';

/** Entry of the child process that spawn-scan.ts starts: one order, one scan, as `strandline scan` does it. */
const abort = new AbortController();
process.once('SIGTERM', () => abort.abort());
process.once('disconnect', () => abort.abort()); // the service is gone
process.once('message', (order: ScanOrder) => {
  void obey(order).finally(() => process.disconnect());
});

async function obey(order: ScanOrder): Promise<void> {
  try {
    const problems = await runScan(order);
    await stopTracing();
    await tell({ kind: 'end', problems });
  } catch (error) {
    await stopTracing();
    const { message, remedy } = error instanceof AppError ? error : { message: unexpected(error), remedy: undefined };
    await tell({ kind: 'failed', message, ...(remedy !== undefined && { remedy }) });
  }
}

/** The service holds the lock for it. */
async function runScan({ configFile, overrides, scanId, folder, traceparent }: ScanOrder) {
  const noLock = { path: ['lock', 'enabled'], value: false, from: 'serve' };
  const { config } = loadConfig({
    env: process.env,
    flags: [...overrides, noLock],
    ...(configFile !== undefined && { file: configFile }),
  });
  const { level, format } = config.log;
  const logger = await createLogger({
    level,
    format: format === 'pretty' ? 'pretty' : 'json',
    fields: { scanId, runId: scanId },
  });
  await startTracing(config, process.env, logger);
  const progress = (step: string): void => void tell({ kind: 'step', step });
  const deps: RunDeps = { logger, now: () => new Date(), scanId, runId: scanId, signal: abort.signal, progress };
  const trail = wirePorts().openAudit(config, deps);
  let exitCode = 1;
  try {
    const problems = await traced('strandline scan', { parent: traceparent }, () =>
      scanAndDeliver(config, folder, deps),
    );
    exitCode = exitCodeOf(problems);
    return problems;
  } finally {
    await trail?.close(exitCode);
  }
}

async function scanAndDeliver(config: Config, folder: string, deps: RunDeps): Promise<readonly RunProblem[]> {
  const ports = wirePorts();
  const { result, problems } = await ports.runScan(config, deps);
  const written = await ports.writeOutputs(result, { dir: folder, formats: formatsFor(config), config }, deps);
  const sofar = [...problems, ...written.problems];
  const undelivered = await ports.deliver(
    config,
    result,
    { exitCode: exitCodeOf(sofar), dir: folder, files: written.files },
    deps,
  );
  return [...sofar, ...undelivered];
}

/** Files are only made for what is sent: the service renders reports when they are asked for. */
function formatsFor(config: Config): Parameters<Ports['writeOutputs']>[1]['formats'] {
  return config.email === undefined && config.webhooks.length === 0 ? ['json'] : config.output.formats;
}

/** As a Job would have ended. */
function exitCodeOf(problems: readonly RunProblem[]): number {
  const has = (kind: RunProblem['kind']) => problems.some((problem) => problem.kind === kind);
  if (has('history')) return 4;
  if (has('incomplete')) return 3;
  return has('delivery') ? 5 : 0;
}

function tell(message: ScanMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(message, () => resolve());
  });
}

function unexpected(error: unknown): string {
  return error instanceof Error ? `unexpected error: ${error.name}: ${error.message}` : 'unexpected error';
}
