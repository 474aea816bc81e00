import type { Finding, Severity } from '../../model/finding.ts';
import type { ScanResult } from '../../model/scan-result.ts';
import { buildMailView, type MailFacts, type MailView } from '../email/build.ts';
import type { Part } from '../part.ts';
import { fillTemplate } from '../template.ts';

export type WebhookKind = 'generic' | 'slack' | 'teams' | 'pagerduty';

export interface WebhookRoute {
  readonly kind: WebhookKind;
  readonly name: string;
  readonly channel?: string | undefined;
  /** Handlebars text of the whole body, instead of the built-in one. */
  readonly template?: string | undefined;
}

const shownFindings = 10;

/** The body of one call. Nothing secret is in it: tokens and routing keys are added when it is sent. */
export function buildWebhookBody(result: ScanResult, part: Part, route: WebhookRoute, facts: MailFacts): string {
  const view = buildMailView(result, part, facts);
  if (route.template !== undefined) {
    return fillTemplate(route.template, view, `webhooks.${route.name}.templateFile`, { isHtml: false });
  }
  return JSON.stringify(bodies[route.kind]({ result, part, view, route }));
}

interface Material {
  readonly result: ScanResult;
  readonly part: Part;
  readonly view: MailView;
  readonly route: WebhookRoute;
}

const bodies: Readonly<Record<WebhookKind, (material: Material) => unknown>> = {
  generic: buildGeneric,
  slack: buildSlack,
  teams: buildTeams,
  pagerduty: buildPagerDuty,
};

function buildGeneric({ result, part, view }: Material): unknown {
  const { scan, summary } = result;
  return {
    schemaVersion: 1,
    event: 'scan.finished',
    deployment: scan.deployment,
    scan: { id: scan.id, runId: scan.runId, startedAt: scan.startedAt, complete: scan.complete },
    status: summary.status,
    subject: view.subject,
    counts: {
      open: part.findings.length,
      confirmed: part.confirmedCount,
      new: part.newCount,
      resolved: part.resolvedCount,
      reclaimableBytes: part.reclaimableBytes,
    },
    notAssessed: summary.notAssessed,
    remarks: view.remarks,
    findings: part.findings.slice(0, 200).map(toEntry),
  };
}

function toEntry({ id, check, severity, confirmation, change, resource, owner, bytes, why }: Finding): unknown {
  return { id, check, severity, confirmation, change, resource, owner, bytes, why };
}

/** https://docs.slack.dev/reference/block-kit/blocks: header 150 characters, section 3000. */
function buildSlack({ view, route }: Material): unknown {
  const lines = [...findingLines(view), ...view.remarks].map(escapeSlack);
  const counts = view.counts.map(({ name, value }) => `*${name}* ${value}`).join('   ');
  const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text: text.slice(0, 3000) } });
  return {
    ...(route.channel !== undefined && { channel: route.channel }),
    text: escapeSlack(view.subject),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: view.heading.slice(0, 150) } },
      section(escapeSlack(view.sentence)),
      section(counts),
      ...(lines.length > 0 ? [section(lines.map((line) => `• ${line}`).join('\n'))] : []),
      { type: 'context', elements: [{ type: 'mrkdwn', text: escapeSlack(view.date) }] },
    ],
  };
}

/** Slack reads <, > and & as markup: a name could otherwise call everybody. */
function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Adaptive card as a Teams workflow takes it. */
function buildTeams({ view }: Material): unknown {
  const block = (text: string, rest: object = {}) => ({ type: 'TextBlock', text, wrap: true, ...rest });
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [
      block(view.heading, { size: 'Large', weight: 'Bolder' }),
      block(view.sentence),
      { type: 'FactSet', facts: view.counts.map(({ name, value }) => ({ title: name, value })) },
      ...[...findingLines(view), ...view.remarks].map((line) => block(line, { separator: true })),
      block(view.date, { isSubtle: true, size: 'Small' }),
    ],
  };
  return {
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }],
  };
}

const pagerSeverity: Readonly<Record<Severity, string>> = {
  CRITICAL: 'critical',
  HIGH: 'error',
  MEDIUM: 'warning',
  LOW: 'info',
};

/** Events API v2. One incident per route: it opens with the first finding and closes when none is left. */
function buildPagerDuty({ result, part, view, route }: Material): unknown {
  const worst = part.findings[0];
  const dedup_key = `strandline/${result.scan.deployment}/${route.name}`;
  if (worst === undefined && result.summary.notAssessed.length === 0) return { event_action: 'resolve', dedup_key };
  return {
    event_action: 'trigger',
    dedup_key,
    payload: {
      summary: view.subject.slice(0, 1024),
      source: view.place,
      severity: pagerSeverity[worst?.severity ?? 'MEDIUM'],
      timestamp: result.scan.finishedAt,
      component: 'storage',
      group: result.scan.deployment,
      custom_details: { counts: view.counts, findings: findingLines(view), notAssessed: view.notAssessed },
    },
  };
}

function findingLines({ findings, more }: MailView): readonly string[] {
  const lines = findings
    .slice(0, shownFindings)
    .map(({ severity, check, name, why }) => `${severity} ${check}: ${name}. ${why}`);
  const left = more + Math.max(0, findings.length - shownFindings);
  return left > 0 ? [...lines, `and ${left} more`] : lines;
}
