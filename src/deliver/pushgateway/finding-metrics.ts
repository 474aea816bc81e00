import type { CheckId, Finding } from '../../model/finding.ts';
import type { CheckOutcome, ScanResult } from '../../model/scan-result.ts';
import { groupBy } from '../../util/groups.ts';
import { gauge, type Metric, type Sample, sample } from './metric.ts';

/** Counts and bytes of the findings whose resource lies in this source: each finding is in exactly one. */
export function buildFindingMetrics(result: ScanResult, source: string): readonly Metric[] {
  const here = result.findings.filter((finding) => finding.resource.source === source);
  const shown = here.filter((finding) => finding.ignoredBy === undefined);
  const open = shown.filter(({ change }) => change !== 'resolved');
  const ignored = here.filter((finding) => finding.ignoredBy !== undefined);
  const checks = outcomesTouching(result.checks, source);
  return [
    ...gauge('strandline_findings', 'Findings that no rule ignores.', countFindings(shown)),
    ...gauge('strandline_findings_ignored', 'Findings that a rule ignores.', countByCheck(ignored)),
    ...gauge('strandline_reclaimable_bytes', 'Space that acting on the findings would free now.', sumBytes(open)),
    ...gauge(
      'strandline_checks_not_assessed',
      'Scopes of a check, touching this source, that could not be assessed.',
      perCheck(checks, (outcome) => Number(outcome.status === 'notAssessed' || outcome.status === 'errored')),
    ),
    ...gauge(
      'strandline_resources_undecided',
      'Resources on which a check came to no verdict.',
      perCheck(checks, (outcome) => outcome.undecided.length),
    ),
    ...gauge('strandline_sections_failed', 'Lists of this source that could not be read.', [
      { labels: {}, value: result.sections.filter((section) => section.source === source && !section.ok).length },
    ]),
  ];
}

function countFindings(findings: readonly Finding[]): Sample[] {
  const groups = groupBy(findings, (one) => [one.check, one.severity, one.confirmation, one.change].join(' '));
  return [...groups.values()].flatMap(([first, ...rest]) => {
    if (first === undefined) return [];
    const { check, severity, confirmation, change } = first;
    return sample(rest.length + 1, { check, severity, confirmation, change });
  });
}

function countByCheck(findings: readonly Finding[]): Sample[] {
  return [...groupBy(findings, ({ check }) => check)].flatMap(([check, ones]) => sample(ones.length, { check }));
}

/** A check of which no finding's bytes are known has no series. */
function sumBytes(findings: readonly Finding[]): Sample[] {
  const known = findings.filter(({ bytes }) => bytes.reclaimable !== undefined);
  return [...groupBy(known, ({ check }) => check)].flatMap(([check, ones]) =>
    sample(
      ones.reduce((sum, { bytes }) => sum + (bytes.reclaimable ?? 0), 0),
      { check },
    ),
  );
}

/** Every check has a sample, also 0: alerts need to see that it was assessed. */
function perCheck(outcomes: readonly CheckOutcome[], read: (outcome: CheckOutcome) => number): Sample[] {
  const groups: Map<CheckId, CheckOutcome[]> = groupBy(outcomes, ({ id }) => id);
  return [...groups].flatMap(([check, ones]) =>
    sample(
      ones.reduce((sum, one) => sum + read(one), 0),
      { check },
    ),
  );
}

/**
 * `backend/<cluster>/<driver>@<nas>` touches both of its sides: its findings may lie on either. What looks at a NAS may
 * speak of volumes in any cluster; while the NAS is down nobody knows in which, so it touches them all.
 */
function outcomesTouching(outcomes: readonly CheckOutcome[], source: string): readonly CheckOutcome[] {
  const isCluster = source.startsWith('cluster/');
  return outcomes.filter(({ scope }) => sourcesOf(scope).includes(source) || (isCluster && scope.startsWith('nas/')));
}

function sourcesOf(scope: string): readonly string[] {
  const backend = /^backend\/([^/]+)\/.*@([^@]+)$/.exec(scope);
  return backend === null ? [scope] : [`cluster/${backend[1]}`, `nas/${backend[2]}`];
}
