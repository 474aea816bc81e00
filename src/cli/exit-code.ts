import type { Severity } from '../model/finding.ts';
import { severities } from '../model/finding.ts';
import type { ScanResult } from '../model/scan-result.ts';
import type { RunProblem } from '../run/ports.ts';

/** The contract: README, the manifests' podFailurePolicy and this table agree (a test compares). */
export const exitCodes = [
  { code: 0, name: 'ok', meaning: 'scan complete and delivered; findings do not change this', job: 'done' },
  { code: 1, name: 'unexpected', meaning: 'unexpected error', job: 'retry' },
  { code: 2, name: 'usage', meaning: 'usage or configuration error', job: 'do not retry' },
  {
    code: 3,
    name: 'incomplete',
    meaning: 'something could not be read; the partial result is saved and delivered, marked so',
    job: 'retry',
  },
  { code: 4, name: 'history', meaning: 'history could not be read or written', job: 'retry' },
  {
    code: 5,
    name: 'delivery',
    meaning: 'result saved, but a delivery failed (or the PDF could not be made)',
    job: 'do not retry, alert',
  },
  { code: 6, name: 'locked', meaning: 'another scan holds the lock', job: 'do not retry' },
  { code: 10, name: 'findings', meaning: 'findings at or above `--fail-on`', job: 'do not retry' },
] as const;

export type Outcome = Exclude<(typeof exitCodes)[number]['name'], 'ok'>;

/** When several apply, the first of these decides; a signal goes before all of them. */
export const precedence: readonly Outcome[] = [
  'usage',
  'locked',
  'unexpected',
  'history',
  'incomplete',
  'delivery',
  'findings',
];

/** The exit code of everything that happened in one run. `signal` is its number: 15 for SIGTERM. */
export function toExitCode(outcomes: Iterable<Outcome>, signal?: number): number {
  if (signal !== undefined) return 128 + signal;
  const happened = new Set(outcomes);
  const deciding = precedence.find((outcome) => happened.has(outcome));
  return exitCodes.find(({ name }) => name === deciding)?.code ?? 0;
}

export function outcomeOfProblem({ kind }: RunProblem): Outcome {
  if (kind === 'lock') return 'locked';
  return kind === 'output' ? 'usage' : kind;
}

export interface FailOn {
  readonly severity: Severity;
  readonly includesUnconfirmed: boolean;
}

/** True when a finding that counts reaches the severity. Ignored, resolved and unconfirmed ones do not count. */
export function reaches(result: Pick<ScanResult, 'findings'>, { severity, includesUnconfirmed }: FailOn): boolean {
  const least = severities.indexOf(severity);
  return result.findings.some(
    (finding) =>
      severities.indexOf(finding.severity) >= least &&
      finding.ignoredBy === undefined &&
      finding.change !== 'resolved' &&
      (finding.confirmation === 'confirmed' || includesUnconfirmed),
  );
}
