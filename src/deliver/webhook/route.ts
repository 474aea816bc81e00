import { readFile } from 'node:fs/promises';
import type { ScanResult } from '../../model/scan-result.ts';
import type { DeliverDeps } from '../deps.ts';
import type { Part } from '../part.ts';
import type { Route } from '../route.ts';
import { formatDay } from '../words.ts';
import { buildWebhookBody, type WebhookKind } from './build.ts';
import { packMessage, unpackMessage, type WebhookMessage } from './message.ts';
import { sendWebhook, type WebhookConfig } from './send.ts';

export function toWebhookRoute(
  config: WebhookConfig & { readonly kind: WebhookKind },
  result: ScanResult,
  deps: DeliverDeps,
): Route {
  const { kind, name, channel, minSeverity, namespaces, labels, escalateAfterDays } = config;
  return {
    recipient: `webhook/${name}`,
    kind: 'webhook',
    audience: { minSeverity, namespaces, labels, escalateAfterDays },
    when: config.when,
    minSeverity,
    async compose(part, facts) {
      const template = config.templateFile === undefined ? undefined : await readFile(config.templateFile, 'utf8');
      const body = buildWebhookBody(result, part, { kind, name, channel, template }, facts);
      return packMessage({ body, file: fileOf(config, part, result, deps) });
    },
    send: (message) => sendWebhook(unpackMessage(message), config, { now: deps.now(), signal: deps.signal }),
  };
}

/** The file holds everything: it is not for a team. */
function fileOf(
  { attach }: WebhookConfig,
  part: Part,
  { scan }: ScanResult,
  { files }: DeliverDeps,
): WebhookMessage['file'] {
  const content = attach === undefined ? undefined : files?.[attach];
  if (content === undefined || part.isOfTeam) return undefined;
  return { name: `strandline-${scan.deployment}-${formatDay(scan.startedAt, scan.timeZone)}.${attach}`, content };
}
