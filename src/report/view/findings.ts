import type { Finding } from '../../model/finding.ts';
import { anchorOf } from './actions.ts';
import { checkTexts, todos } from './check-texts.ts';
import type { ViewContext } from './context.ts';
import { decodeFinding } from './decode.ts';
import { daysBetween } from './format-date.ts';
import type { Formats } from './formats.ts';
import type { FindingGroup } from './group-findings.ts';
import { blockerWords, changeWords, severityViews } from './words.ts';

/** Findings by what they ask for; each check is one group. Headings without findings are left out. */
export function buildFindings(groups: readonly FindingGroup[], context: ViewContext) {
  return todos
    .map((todo) => ({
      ...todo,
      groups: groups
        .filter((group) => checkTexts[group.check].todo === todo.id)
        .map((group) => toGroup(group, context)),
    }))
    .filter((todo) => todo.groups.length > 0);
}

function toGroup(group: FindingGroup, context: ViewContext) {
  const { title, means, one, many } = checkTexts[group.check];
  const { findingsPerCheck, detailsPerCheck } = context.medium;
  const total = group.findings.length;
  const shown = group.findings.slice(0, findingsPerCheck);
  return {
    check: group.check,
    anchor: anchorOf(group.check),
    title,
    means,
    severity: severityViews[group.worst],
    count: context.formats.plural(total, one, many),
    confirmed: group.confirmed,
    unconfirmed: total - group.confirmed,
    bytes: group.reclaimableBytes > 0 ? context.formats.toAmount(group.reclaimableBytes) : undefined,
    unknownBytes: group.unknownBytes,
    findings: shown.map((finding, index) => toFinding(finding, context, index < detailsPerCheck)),
    leftOut: total - shown.length,
    withoutDetails: Math.max(0, shown.length - detailsPerCheck),
  };
}

/** One finding: a row, and below it what it rests on, what stands in the way and what to do. */
function toFinding(finding: Finding, context: ViewContext, withDetails: boolean) {
  const { result, formats } = context;
  const ageDays = daysBetween(finding.age.createdAt, Date.parse(result.scan.startedAt));
  const decoded = decodeFinding(finding, context);
  return {
    id: finding.id,
    severity: severityViews[finding.severity],
    confirmation: finding.confirmation,
    change: changeWords[finding.change],
    isNew: finding.change === 'new' || finding.change === 'cameBack',
    confidence: finding.confidence,
    kind: finding.resource.kind,
    name: finding.resource.name,
    namespace: finding.resource.namespace,
    decoded,
    storage: decoded.storage === undefined || finding.resource.nas !== undefined ? undefined : decoded.storage,
    source: finding.resource.nas ?? finding.resource.cluster ?? finding.resource.source,
    why: finding.why,
    provisioned: formats.toAmount(finding.bytes.provisioned),
    used: formats.toAmount(finding.bytes.used),
    reclaimable: toFreed(finding, formats),
    age: ageDays === undefined ? 'unknown' : formats.plural(ageDays, 'day'),
    createdAt: formats.date(finding.age.createdAt),
    firstSeenAt: formats.date(finding.age.firstSeenAt),
    scansSeen: formats.plural(finding.age.scansSeen, 'scan'),
    details: withDetails ? toDetails(finding) : undefined,
    isOpen: context.medium.name === 'print',
  };
}

/** What does not free anything has no amount; what would, but nobody knows how much, is unknown. */
function toFreed(finding: Finding, { toAmount }: Formats) {
  const amount = toAmount(finding.bytes.reclaimable);
  return amount.isKnown || checkTexts[finding.check].frees ? amount : { ...amount, text: '–' };
}

function toDetails(finding: Finding) {
  return {
    evidence: finding.evidence,
    blockers: finding.blockers.map(({ kind, name, why }) => ({ kind: blockerWords[kind], name, why })),
    steps: finding.remediation.steps,
    commands: finding.remediation.commands,
    docs: finding.remediation.docs,
    uid: finding.resource.uid,
  };
}
