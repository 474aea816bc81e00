import { randomUUID } from 'node:crypto';
import { loadConfig } from '../config/load.ts';
import type { Override } from '../config/override.ts';
import type { Config } from '../config/schema.ts';
import { createLogger } from '../log.ts';
import type { Ports, RunDeps } from '../run/ports.ts';
import { startTracing } from '../telemetry.ts';
import type { CliIo } from './io.ts';
import { wantsColour } from './io.ts';
import { startProgress } from './progress.ts';

/** What a command works with once its config is loaded. */
export interface Session {
  readonly io: CliIo;
  readonly config: Config;
  /** What a scan with this config cannot do. */
  readonly missing: readonly string[];
  readonly ports: Ports;
  readonly deps: RunDeps;
  /** Ends the progress line. */
  readonly finish: () => void;
}

export interface SessionRequest {
  readonly configFile?: string;
  readonly overrides: readonly Override[];
}

/** Loads config first: nothing else starts when it is wrong. @throws ConfigError */
export async function openSession(io: CliIo, request: SessionRequest): Promise<Session> {
  const { config, missing } = loadConfig({
    env: io.env,
    flags: request.overrides,
    ...(request.configFile !== undefined && { file: request.configFile }),
  });
  const scanId = newScanId(io.now());
  const runId = io.env['STRANDLINE_JOB_NAME'] || scanId;
  const logger = await createLogger({
    level: config.log.level,
    format: config.log.format === 'auto' ? (io.stderr.isTerminal ? 'pretty' : 'json') : config.log.format,
    fields: { scanId, runId },
    write: io.stderr.write,
    colour: wantsColour(io.stderr, io.env),
  });
  await startTracing(config, io.env, logger);
  const ports = await io.loadPorts();
  const progress = await startProgress(io);
  return {
    io,
    config,
    missing,
    ports,
    deps: { logger, now: io.now, scanId, runId, signal: io.signal, progress: progress.step },
    finish: progress.stop,
  };
}

/** `20261123T094512Z-1f3a9c2b`: sorts by time, unique per attempt, fit for a file name. */
function newScanId(now: Date): string {
  return `${now.toISOString().replaceAll(/[-:]|\.\d+/g, '')}-${randomUUID().slice(0, 8)}`;
}
