import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export interface AlertRule {
  readonly alert: string;
  readonly for?: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string; readonly runbook_url?: string };
}

const file = join(import.meta.dirname, '../../cronjob/monitoring/rules.yaml');

export function readAlertRules(): readonly AlertRule[] {
  const { groups } = parse(readFileSync(file, 'utf8')) as { groups: { rules: (AlertRule | { record: string })[] }[] };
  return groups.flatMap(({ rules }) => rules).filter((rule): rule is AlertRule => 'alert' in rule);
}

export function formatAlerts(): string {
  const rows = readAlertRules().map(({ alert, labels, annotations }) => {
    const summary = annotations.summary.replaceAll(/\{\{\s*([^}]*?)\s*\}\}/g, (_, text: string) => `*${nameOf(text)}*`);
    return `| [${alert}](#${alert.toLowerCase()}) | ${labels.severity} | ${summary} |`;
  });
  return ['| alert | severity | says |', '| --- | --- | --- |', ...rows, ''].join('\n');
}

/** `$labels.pool`, `$value | printf "%.0f"` */
function nameOf(expression: string): string {
  return /^\$labels\.(\w+)/.exec(expression)?.[1] ?? 'value';
}
