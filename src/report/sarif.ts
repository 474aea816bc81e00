import type { Finding, Severity } from '../model/finding.ts';
import type { ScanResult } from '../model/scan-result.ts';
import type { Problem, RuleResult } from '../model/validation.ts';
import { checkTexts } from './view/check-texts.ts';
import { withVisibleText } from './view/visible-text.ts';

type Resource = Finding['resource'];

/** SARIF 2.1.0. What was not assessed is a result of kind `open`, so that a short file does not look like a clean one. */
export function renderSarif(raw: ScanResult): string {
  const result = withVisibleText(raw);
  const run = {
    tool: { driver: { name: 'Strandline', version: result.tool.version, rules: describeRules(result) } },
    invocations: [
      {
        executionSuccessful: result.scan.complete,
        startTimeUtc: result.scan.startedAt,
        endTimeUtc: result.scan.finishedAt,
        toolExecutionNotifications: result.summary.notAssessed.map(({ what, because }) => ({
          level: 'error',
          message: { text: `Not assessed: ${what}: ${because}` },
        })),
      },
    ],
    automationDetails: { id: `strandline/${result.scan.deployment}/` },
    results: [
      ...result.findings.filter(isOpen).map(ofFinding),
      ...result.checks.flatMap(({ id, scope, status, because }) =>
        status === 'notAssessed' || status === 'errored' ? [openQuestion(id, scope, because)] : [],
      ),
      ...result.validation.results.flatMap(ofRule),
    ],
  };
  const schema = 'https://json.schemastore.org/sarif-2.1.0.json';
  return `${JSON.stringify({ $schema: schema, version: '2.1.0', runs: [run] }, null, 2)}\n`;
}

const levels: Readonly<Record<Severity, string>> = {
  CRITICAL: 'error',
  HIGH: 'error',
  MEDIUM: 'warning',
  LOW: 'note',
};

function describeRules({ checks, findings, validation }: ScanResult): readonly object[] {
  const ids = [...new Set([...checks.map(({ id }) => id), ...findings.map(({ check }) => check)])];
  const rules = new Map(validation.results.map((row) => [row.rule, row]));
  return [
    ...ids.map((id) => ({
      id,
      shortDescription: { text: checkTexts[id].title },
      fullDescription: { text: checkTexts[id].means },
    })),
    ...[...rules.values()].map(({ rule, title, why, remediation, severity }) => ({
      id: rule,
      shortDescription: { text: title },
      fullDescription: { text: why },
      help: { text: [remediation.text, remediation.example].filter(Boolean).join('\n') },
      defaultConfiguration: { level: levels[severity] },
    })),
  ];
}

function isOpen({ change, ignoredBy }: Finding): boolean {
  return change !== 'resolved' && ignoredBy === undefined;
}

function ofFinding({ id, check, severity, why, resource, confirmation }: Finding): object {
  return {
    ruleId: check,
    level: levels[severity],
    message: { text: why },
    locations: [locationOf(resource)],
    partialFingerprints: { 'strandline/v1': id },
    properties: { severity, confirmation },
  };
}

function ofRule(row: RuleResult): readonly object[] {
  const { rule, scope, status, because, severity, problems } = row;
  if (status === 'notAssessed' || status === 'errored') return [openQuestion(rule, scope, because)];
  return problems.map(({ resource, why }: Problem) => ({
    ruleId: rule,
    level: levels[severity],
    message: { text: `${why}. ${row.remediation.text}` },
    locations: [locationOf(resource)],
    partialFingerprints: { 'strandline/v1': `${rule} ${scope} ${nameOf(resource)}` },
    properties: { severity, scope },
  }));
}

function openQuestion(ruleId: string, scope: string, because = 'the reason was not recorded'): object {
  return { ruleId, kind: 'open', level: 'none', message: { text: `Not assessed at ${scope}: ${because}` } };
}

function locationOf(resource: Resource): object {
  return {
    logicalLocations: [{ name: resource.name, kind: 'resource', fullyQualifiedName: nameOf(resource) }],
  };
}

function nameOf({ source, kind, namespace, name }: Resource): string {
  return [source, kind, ...(namespace === undefined ? [] : [namespace]), name].join('/');
}
