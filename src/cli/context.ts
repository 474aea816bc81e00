import { randomUUID } from 'node:crypto';
import { loadConfig } from '../config/load.ts';
import type { Override } from '../config/override.ts';
import type { Config } from '../config/schema.ts';
import { AppError } from '../errors.ts';
import { createLogger } from '../log.ts';
import type { AuditedRun, AuditTrail, Ports, RunDeps } from '../run/ports.ts';
import { startTracing } from '../telemetry/traces.ts';
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
  /** False for what looks after the audit log itself. */
  readonly isAudited?: boolean;
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
  const ports = await io.loadPorts();
  const deps = { logger, now: io.now, scanId, runId };
  await followRun(io, ports, config, deps, request.isAudited !== false);
  await startTracing(config, io.env, logger);
  const progress = await startProgress(io);
  return {
    io,
    config,
    missing,
    ports,
    deps: { ...deps, signal: io.signal, progress: progress.step },
    finish: progress.stop,
  };
}

/** The audit log ends after everything else, with the exit code as its last word. */
async function followRun(io: CliIo, ports: Ports, config: Config, deps: AuditedRun, isAudited: boolean): Promise<void> {
  let trail: AuditTrail | undefined;
  let closeStores: (() => Promise<void>) | undefined;
  await io.atEnd?.(async (exitCode) => {
    try {
      await closeStores?.();
      await trail?.close(exitCode);
      return [];
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      deps.logger.error({ err: error }, 'the audit log could not be written');
      return ['history'];
    }
  });
  trail = isAudited ? ports.openAudit(config, deps) : undefined;
  closeStores = await ports.openSecretStores(config, deps);
}

/** `20261123T094512Z-1f3a9c2b`: sorts by time, unique per attempt, fit for a file name. */
function newScanId(now: Date): string {
  return `${now.toISOString().replaceAll(/[-:]|\.\d+/g, '')}-${randomUUID().slice(0, 8)}`;
}
