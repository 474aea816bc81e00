import type { Finding } from '../model/finding.ts';
import type { PlanAction } from './cleanup-plan.ts';

/** What a human should know before this action. */
export function notesOf(finding: Finding, action: PlanAction): string[] {
  if (action.kind === 'releaseHolds') {
    return ['Somebody holds this snapshot. Ask who and why; replication and backup tools hold what they still need.'];
  }
  if (action.kind === 'promoteDataset') {
    return [
      `It is a clone of a snapshot of ${finding.resource.name} and stays. Promoting it makes it independent;`,
      'the snapshots up to its origin, and the space they hold, move over to it.',
    ];
  }
  const shares = finding.blockers.filter(({ kind }) => kind === 'share');
  const goesWith = finding.evidence.filter(({ fact }) => fact === 'goes with it');
  const { claim, namespace } = finding.owner;
  return [
    ...finding.remediation.steps,
    ...shares.map(({ name, why }) => `${name} ${why}: look who is connected and remove it first.`),
    ...goesWith.map(({ value }) => `Goes with it: ${value}`),
    ...(claim === undefined ? [] : [`Made for claim ${namespace ?? ''}/${claim}: ask its team.`]),
    ...(action.kind === 'advice'
      ? finding.blockers.map(({ kind, name, why }) => `In its way: ${kind} ${name} ${why}`)
      : []),
  ];
}
