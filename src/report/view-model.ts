import type { ScanResult } from '../model/scan-result.ts';
import type { Medium, ReportOptions } from './options.ts';
import { buildActions } from './view/actions.ts';
import { buildAdvice } from './view/advice.ts';
import { buildChecks } from './view/checks.ts';
import { buildContext } from './view/context.ts';
import { buildCost } from './view/cost.ts';
import { buildFindings } from './view/findings.ts';
import { buildFooter } from './view/footer.ts';
import { groupFindings } from './view/group-findings.ts';
import { buildGrowth } from './view/growth.ts';
import { buildIgnored } from './view/ignored.ts';
import { buildPools } from './view/pools.ts';
import { buildReclaimable } from './view/reclaimable.ts';
import { buildScope } from './view/scope.ts';
import { buildSections } from './view/sections.ts';
import { buildSince } from './view/since.ts';
import { buildSnapshots } from './view/snapshots.ts';
import { buildStatus } from './view/status.ts';
import { buildSummary } from './view/summary.ts';
import { buildUsage } from './view/usage.ts';
import { buildValidation } from './view/validation.ts';
import { withVisibleText } from './view/visible-text.ts';
import { buildTopVolumes, buildVolumes } from './view/volumes.ts';

export type ReportView = ReturnType<typeof buildViewModel>;

/** Everything the templates and Markdown show, already in words. Pure; the templates only place it. */
export function buildViewModel(result: ScanResult, options: ReportOptions, medium: Medium) {
  const context = buildContext(withVisibleText(result), options, medium);
  const groups = groupFindings(context.open);
  return {
    title: options.title ?? 'Storage report',
    logo: options.logo,
    paper: options.paper,
    isPrint: medium.name === 'print',
    status: buildStatus(context),
    summary: buildSummary(context),
    actions: buildActions(groups, context),
    pools: buildPools(context),
    reclaimable: buildReclaimable(groups, context),
    topVolumes: buildTopVolumes(context),
    since: buildSince(context),
    checks: buildChecks(context),
    ignored: buildIgnored(context),
    findings: buildFindings(groups, context),
    usage: buildUsage(context),
    volumes: buildVolumes(context),
    snapshots: buildSnapshots(context),
    sections: buildSections(context),
    scope: buildScope(context),
    notes: context.result.notes,
    growth: buildGrowth(context),
    advice: buildAdvice(context),
    cost: buildCost(context),
    validation: buildValidation(context),
    footer: buildFooter(context),
  };
}
