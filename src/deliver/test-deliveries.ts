import type { Config } from '../config/schema.ts';
import { toOtelTarget } from '../config/to-otel-target.ts';
import { AppError } from '../errors.ts';
import type { Logger } from '../model/logger.ts';
import type { ScanResult } from '../model/scan-result.ts';
import { sendTestMail } from './email/test-mail.ts';
import { sendOtelMetrics } from './otel/send.ts';
import type { Outcome } from './outcome.ts';
import { buildPart } from './part.ts';
import { buildTestGroup, sendTestGroup } from './pushgateway/groups.ts';
import { buildTestResult } from './test-result.ts';
import { toWebhookRoute } from './webhook/route.ts';
import { sendPing } from './webhook/send.ts';

export interface TestedDelivery {
  readonly route: string;
  readonly kind: string;
  readonly outcome: Outcome;
}

export interface TestDeps {
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  readonly tool: ScanResult['tool'];
}

/** `deliver test`: one harmless message by every configured route, past the outbox. Nothing is scanned. */
export async function testDeliveries(config: Config, deps: TestDeps): Promise<readonly TestedDelivery[]> {
  const { email, pushgateway, otel, deployment } = config;
  const mails =
    email === undefined
      ? []
      : email.recipients.map(({ to }) => tested(to, 'mail', () => sendTestMail(email, to, deployment)));
  const tests = [
    ...mails,
    ...config.webhooks.map((hook) => tested(hook.name, hook.kind, () => sendTestCall(hook, config, deps))),
    ...(pushgateway === undefined
      ? []
      : [tested(pushgateway.url, 'pushgateway', () => sendTestGroup(deployment, pushgateway, deps))]),
    ...(otel.enabled ? [tested(otel.endpoint ?? 'OTLP', 'otel', () => sendTestMetric(otel, deployment))] : []),
  ];
  return Promise.all(tests);
}

async function tested(route: string, kind: string, work: () => Promise<Outcome>): Promise<TestedDelivery> {
  try {
    return { route, kind, outcome: await work() };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const because = error.remedy === undefined ? error.message : `${error.message}. ${error.remedy}`;
    return { route, kind, outcome: { state: 'failed', because } };
  }
}

async function sendTestMetric(otel: Config['otel'], deployment: string): Promise<Outcome> {
  await sendOtelMetrics([buildTestGroup(deployment)], await toOtelTarget(otel, 'metrics', process.env), 10_000);
  return { state: 'sent' };
}

/** By the route's own template, under a name of its own: it closes no incident that is open. */
async function sendTestCall(hook: Config['webhooks'][number], config: Config, deps: TestDeps): Promise<Outcome> {
  const { kind } = hook;
  if (kind === 'ping') return sendPing(true, hook, deps.signal);
  const now = deps.now();
  const result = buildTestResult(config.deployment, config.report.timeZone, deps.tool, now);
  const route = toWebhookRoute({ ...hook, kind, name: `${hook.name}/test` }, result, { ...deps, exitCode: 0 });
  const part = buildPart(result, route.audience, now);
  return route.send(await route.compose(part, { prefix: 'Test', remarks: [] }, 'test'));
}
