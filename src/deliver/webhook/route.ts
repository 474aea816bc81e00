import { readFile } from 'node:fs/promises';
import type { ScanResult } from '../../model/scan-result.ts';
import type { DeliverDeps } from '../deps.ts';
import type { Route } from '../route.ts';
import { buildWebhookBody, type WebhookKind } from './build.ts';
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
    // A finding that grows old is no change: escalation looks at what is open.
    when: escalateAfterDays !== undefined && config.when === 'change' ? 'findings' : config.when,
    minSeverity,
    async compose(part, facts) {
      const template = config.templateFile === undefined ? undefined : await readFile(config.templateFile, 'utf8');
      return new TextEncoder().encode(buildWebhookBody(result, part, { kind, name, channel, template }, facts));
    },
    send: (message) => sendWebhook(new TextDecoder().decode(message), config, { now: deps.now(), signal: deps.signal }),
  };
}
