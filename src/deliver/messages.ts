import type { Config } from '../config/schema.ts';
import type { ScanResult } from '../model/scan-result.ts';
import type { RunProblem } from '../run/ports.ts';
import { durationMs } from '../util/duration.ts';
import { leaveTrace } from '../util/trail.ts';
import type { DeliverDeps } from './deps.ts';
import { toMailRoutes } from './email/route.ts';
import { guarded } from './guarded.ts';
import { settleOutbox } from './outbox/settle.ts';
import { deliverRoute, type Route } from './route.ts';
import { toWebhookRoute } from './webhook/route.ts';
import { sendPing } from './webhook/send.ts';

/** Pings say only that a run ended and how: they are as harmless to repeat as metrics. */
export function pingJobs(config: Config, deps: DeliverDeps): Promise<readonly RunProblem[]>[] {
  if (deps.report !== undefined || deps.exitCode === 6) return [];
  const isWell = [0, 5, 10].includes(deps.exitCode);
  return config.webhooks
    .filter(({ kind, when }) => kind === 'ping' && when !== 'never')
    .map((route) =>
      guarded(`webhook ${route.name}`, durationMs(route.timeout), deps, async () => {
        const outcome = await sendPing(isWell, route, deps.signal);
        leaveTrace({ kind: 'delivery', sink: route.name, outcome: outcome.state });
        return outcome.state === 'sent' ? [] : [`The ping ${route.name} failed: ${outcome.because}`];
      }),
    );
}

/**
 * Mail and webhooks. When history cannot be read nothing can tell what went out already: then nothing does. Where there
 * is no history by choice, they go out without an outbox.
 */
export async function messagesJob(
  config: Config,
  result: ScanResult,
  deps: DeliverDeps,
): Promise<readonly RunProblem[]> {
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
    const outcomes = await Promise.all(
      routesOf(config, result, deps).map((route) =>
        guarded(route.recipient, outboxTimeoutMs + slowestMs(config), deps, () =>
          deliverRoute(route, result, items, told, deps),
        ),
      ),
    );
    return outcomes.flat().map(({ message }) => message);
  });
}

/** What the run knew of earlier deliveries when it began. */
function noted({ notes }: ScanResult): readonly string[] {
  return notes.filter(({ kind }) => kind === 'delivery').map(({ text }) => text);
}

const outboxTimeoutMs = 30_000;

function slowestMs({ email, webhooks }: Config): number {
  const limits = [email?.timeout, ...webhooks.map(({ timeout }) => timeout)].map((text) => durationMs(text ?? '0s'));
  // Old messages are sent before the new one, and a mail may be sent a second time without its attachments.
  return 3 * Math.max(0, ...limits);
}

/** A report of a period goes by mail alone. */
function routesOf(config: Config, result: ScanResult, deps: DeliverDeps): readonly Route[] {
  const mails = config.email === undefined ? [] : toMailRoutes(config.email, result, deps);
  if (deps.report !== undefined) return mails;
  const hooks = config.webhooks.flatMap((hook) => {
    const { kind } = hook;
    return kind === 'ping' ? [] : [toWebhookRoute({ ...hook, kind }, result, deps)];
  });
  return [...mails, ...hooks];
}
