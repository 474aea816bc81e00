import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config/schema.ts';
import { ConfigError } from '../errors.ts';
import type { RequestRecord } from '../model/request-record.ts';
import { readPackageFacts } from '../package-facts.ts';
import type { RunDeps } from '../run/ports.ts';
import type { ServicePorts } from '../run/service-ports.ts';
import { startMetrics } from '../telemetry/metrics.ts';
import { durationMs } from '../util/duration.ts';
import { leaveTrace } from '../util/trail.ts';
import { buildApp } from './app.ts';
import { createAuthenticator } from './auth/authenticator.ts';
import { createRights } from './auth/rights.ts';
import { createBoard } from './board.ts';
import { createHub } from './events/hub.ts';
import { createServerMetrics } from './metrics.ts';
import { keepSchedule } from './scans/keep-schedule.ts';
import { createScanner, type ScannerDeps } from './scans/scanner.ts';
import { createSchedule } from './scans/schedule.ts';

export interface ServeDeps extends Pick<RunDeps, 'logger' | 'now' | 'signal'> {
  readonly ports: ServicePorts;
  readonly runScan: ScannerDeps['runScan'];
}

export interface RunningServer {
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  /** Ends when `signal` was aborted and everything is at rest. */
  readonly ended: Promise<void>;
}

/** The service from start to end. SIGTERM: answer on for a while, take no scan, then close what is open. */
export async function startServer(config: Config, deps: ServeDeps): Promise<RunningServer> {
  const { ports, logger: log, now, signal } = deps;
  const { serve } = config;
  const hub = createHub(now);
  const board = createBoard(ports, hub.publish, log);
  const scanner = createScanner({
    tryLock: ports.tryLock,
    runScan: deps.runScan,
    show: board.show,
    publish: hub.publish,
    newScanId: () => newScanId(now()),
    now,
    log,
  });
  const sent = await startMetrics(config, process.env, log);
  const app = await buildApp({
    ...{ config, ports, board, scanner, hub, log, now },
    authenticator: await createAuthenticator(serve.auth, ports.reviews),
    rights: createRights(serve.auth, ports.reviews),
    metrics: createServerMetrics(
      { subscribers: () => hub.subscribers, isScanning: () => scanner.isRunning },
      sent?.meter,
    ),
    version: readPackageFacts().version,
    audit: (record) => leaveRecord(record, log),
    isDraining: () => signal.aborted,
  });
  const url = await listen(app, serve);
  log.info({ stage: 'serve', url }, 'the service listens');
  await board.refresh();
  const refreshing = setInterval(() => void board.refresh(), Math.max(1000, durationMs(serve.refresh)));
  const scheduled = keepSchedule({
    ...{ scanner, scans: ports.scans, now, signal, log },
    schedule: createSchedule(config),
    jitterMs: durationMs(serve.jitter),
    pollMs: 2000,
    random: Math.random,
  });

  async function drain(): Promise<void> {
    log.info({ stage: 'serve' }, 'the service is being stopped');
    const stopped = scanner.stop();
    await sleep(durationMs(serve.drain));
    await app.close();
    clearInterval(refreshing);
    await Promise.all([stopped, scheduled]);
    await sent?.stop();
  }
  return { url, ended: aborted(signal).then(drain) };
}

/** In the audit log, and in the other one for whoever looks there first. */
function leaveRecord(record: RequestRecord, log: RunDeps['logger']): void {
  leaveTrace({ kind: 'request', ...record });
  log.info({ stage: 'serve', ...record }, 'request');
}

async function listen(app: Awaited<ReturnType<typeof buildApp>>, { host, port }: Config['serve']): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (cause) {
    await app.close();
    throw new ConfigError(`the service cannot listen on ${host}:${port}`, {
      cause,
      remedy: 'Set serve.host and serve.port to an address of this machine that is free.',
    });
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Sorts by time, unique per attempt, fit for a file name. */
function newScanId(at: Date): string {
  return `${at.toISOString().replaceAll(/[-:]|\.\d+/g, '')}-${randomUUID().slice(0, 8)}`;
}
