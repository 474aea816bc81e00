import type { Config } from '../config/schema.ts';
import { AppError, HistoryError } from '../errors.ts';
import type { ScanResult } from '../model/scan-result.ts';
import type { RunProblem } from '../run/ports.ts';
import { durationMs } from '../util/duration.ts';
import type { DeliverDeps } from './deps.ts';
import { toMailRoutes } from './email/route.ts';
import { settleOutbox } from './outbox/settle.ts';
import { buildRunGroupOf, buildSourceGroups } from './pushgateway/build.ts';
import type { MetricGroup } from './pushgateway/metric.ts';
import { pushGroups } from './pushgateway/push.ts';
import type { RunFacts } from './pushgateway/run-group.ts';
import { writeMetricsFile } from './pushgateway/text-file.ts';
import { deliverRoute, type Route } from './route.ts';
import { toWebhookRoute } from './webhook/route.ts';
import { sendPing } from './webhook/send.ts';

/**
 * Every configured delivery, side by side, each with its own time limit: one that fails or hangs neither stops nor delays
 * another. Never throws. The facts about the run are pushed last, for only then its exit code is known.
 */
export async function deliverAll(
  config: Config,
  result: ScanResult,
  deps: DeliverDeps,
): Promise<readonly RunProblem[]> {
  const jobs = [metricsJob(config, result, deps), ...pingJobs(config, deps), messagesJob(config, result, deps)];
  const problems = (await Promise.all(jobs)).flat();
  return [...problems, ...(await pushRun(config, result, problems, deps))];
}

type Problems = Promise<readonly RunProblem[]>;

/** Metrics of the sources. A report of a period is no scan: it pushes nothing. */
function metricsJob(config: Config, result: ScanResult, deps: DeliverDeps): Problems {
  const { pushgateway } = config;
  if (pushgateway === undefined || !pushesMetrics(deps)) return Promise.resolve([]);
  const groups = buildSourceGroups(result, { perVolume: pushgateway.perVolume });
  return guarded('Pushgateway', durationMs(pushgateway.timeout), deps, async () => {
    await pushGroups(groups, pushgateway, deps);
    return [];
  });
}

async function pushRun(
  config: Config,
  result: ScanResult,
  problems: readonly RunProblem[],
  deps: DeliverDeps,
): Promise<readonly RunProblem[]> {
  if (!pushesMetrics(deps)) return [];
  const { pushgateway } = config;
  const group = buildRunGroupOf(result, toRunFacts(result, problems, deps));
  const pushed =
    pushgateway === undefined
      ? []
      : guarded('Pushgateway', durationMs(pushgateway.timeout), deps, async () => {
          await pushGroups([group], pushgateway, deps);
          return [];
        });
  return (await Promise.all([pushed, writeFile(config, result, group, deps)])).flat();
}

function toRunFacts({ scan }: ScanResult, problems: readonly RunProblem[], deps: DeliverDeps): RunFacts {
  const isFailed = problems.length > 0 && (deps.exitCode === 0 || deps.exitCode === 10);
  return {
    deployment: scan.deployment,
    exitCode: isFailed ? 5 : deps.exitCode,
    finishedAt: deps.now().toISOString(),
    durationMs: scan.durationMs,
    failedDeliveries: problems.length,
  };
}

function writeFile(config: Config, result: ScanResult, run: MetricGroup, deps: DeliverDeps): Problems {
  const { metricsFile } = deps;
  if (metricsFile === undefined) return Promise.resolve([]);
  const perVolume = config.pushgateway?.perVolume ?? { enabled: false, cap: 1 };
  return guarded('metrics file', outboxTimeoutMs, deps, async () => {
    await writeMetricsFile(metricsFile, [...buildSourceGroups(result, { perVolume }), run]);
    return [];
  });
}

function pushesMetrics({ report, exitCode }: DeliverDeps): boolean {
  return report === undefined && exitCode !== 6;
}

/** Pings say only that a run ended and how: they are as harmless to repeat as metrics. */
function pingJobs(config: Config, deps: DeliverDeps): Problems[] {
  if (deps.report !== undefined || deps.exitCode === 6) return [];
  const isWell = [0, 5, 10].includes(deps.exitCode);
  return config.webhooks
    .filter(({ kind, when }) => kind === 'ping' && when !== 'never')
    .map((route) =>
      guarded(`webhook ${route.name}`, durationMs(route.timeout), deps, async () => {
        const outcome = await sendPing(isWell, route, deps.signal);
        return outcome.state === 'sent' ? [] : [`The ping ${route.name} failed: ${outcome.because}`];
      }),
    );
}

/**
 * Mail and webhooks. When history cannot be read nothing can tell what went out already: then nothing does. Where there
 * is no history by choice, they go out without an outbox.
 */
async function messagesJob(config: Config, result: ScanResult, deps: DeliverDeps): Promise<readonly RunProblem[]> {
  const isConfigured = config.email !== undefined || config.webhooks.some(({ kind }) => kind !== 'ping');
  if (!isConfigured || deps.exitCode === 6) return [];
  if (deps.exitCode === 4 || result.history.state === 'unreadable') {
    deps.logger.warn({ stage: 'deliver' }, 'no mail and no webhook: without history nothing tells what was sent');
    return [];
  }
  return guarded('outbox', outboxTimeoutMs + slowestMs(config), deps, async () => {
    const { outbox } = deps;
    const { deployment, id } = result.scan;
    const settled = outbox === undefined ? [] : await settleOutbox(outbox, deployment, deps.now(), id);
    const told = [...noted(result), ...settled];
    const items = outbox === undefined ? [] : await outbox.list(deployment);
    const routes = await routesOf(config, result, deps);
    const outcomes = await Promise.all(
      routes.map((route) =>
        guarded(route.recipient, outboxTimeoutMs + slowestMs(config), deps, () =>
          deliverRoute(route, result, items, told, deps),
        ),
      ),
    );
    return outcomes.flat().map(({ message }) => message);
  });
}

/** What `settleOutbox` told when the run began stands in the notes of the result. */
function noted({ notes }: ScanResult): readonly string[] {
  return notes.filter(({ kind }) => kind === 'delivery').map(({ text }) => text);
}

const outboxTimeoutMs = 30_000;

function slowestMs({ email, webhooks }: Config): number {
  const limits = [email?.timeout, ...webhooks.map(({ timeout }) => timeout)].map((text) => durationMs(text ?? '0s'));
  // Old messages are sent before the new one, and a mail may be sent a second time without its attachments.
  return 3 * Math.max(0, ...limits);
}

async function routesOf(config: Config, result: ScanResult, deps: DeliverDeps): Promise<readonly Route[]> {
  const mails = config.email === undefined ? [] : toMailRoutes(config.email, result, deps);
  if (deps.report !== undefined) return mails;
  const hooks = config.webhooks.flatMap((hook) => {
    const { kind } = hook;
    return kind === 'ping' ? [] : [toWebhookRoute({ ...hook, kind }, result, deps)];
  });
  return [...mails, ...hooks];
}

/** An error ends here: it becomes a problem of the run, and is logged with its cause. */
async function guarded(
  sink: string,
  timeoutMs: number,
  { logger, signal }: DeliverDeps,
  work: () => Promise<readonly string[]>,
): Promise<readonly RunProblem[]> {
  const started = performance.now();
  try {
    const failures = await inTime(work(), timeoutMs * 2, signal);
    logger.info({ sink, failed: failures.length, durationMs: Math.round(performance.now() - started) }, 'delivered');
    return failures.map((message) => ({ kind: 'delivery', message, remedy }));
  } catch (error) {
    logger.error({ sink, err: error }, 'delivery failed');
    return [toProblem(sink, error)];
  }
}

const remedy = 'See the log of this run; what can be sent again is sent by the next run.';

function toProblem(sink: string, error: unknown): RunProblem {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const kind = first instanceof HistoryError ? 'history' : 'delivery';
  if (!(first instanceof AppError)) return { kind, message: `${sink}: delivery failed`, remedy };
  return { kind, message: `${sink}: ${first.message}`, remedy: first.remedy ?? remedy };
}

async function inTime<T>(work: Promise<T>, timeoutMs: number, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => reject(new Error('the run was stopped'));
  const timer = setTimeout(() => reject(new Error(`not done after ${timeoutMs} ms`)), timeoutMs);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}
