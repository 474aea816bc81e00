import { formatSize } from '../util/format-size.ts';
import { terminalText } from '../util/terminal-text.ts';
import type { CleanupPlan, LeftOut, PlanAction, PlanStep } from './cleanup-plan.ts';
import { lookWords } from './look-words.ts';
import { scriptHead } from './script-head.ts';
import { actionWords, guardWords, middlewareCall } from './script-words.ts';

const titles: Readonly<Record<PlanAction['kind'], string>> = {
  promoteDataset: 'Promote the clone',
  releaseHolds: 'Release the holds of',
  deleteSnapshot: 'Destroy the snapshot',
  deleteDataset: 'Destroy the dataset with its snapshots',
  deleteEntry: 'Delete',
  deleteAttachment: 'Delete the VolumeAttachment',
  advice: 'Decide about the volume',
};

/** A POSIX shell script for a human. Run as it is, it only asks questions: every command that changes something is commented out. */
export function renderPlan(plan: CleanupPlan): string {
  return [
    '#!/bin/sh',
    comment(`Clean-up plan of Strandline, from scan ${plan.scanId} of ${plan.scannedAt}.`),
    comment(
      'READ IT. As it stands it only looks: it says for each step whether everything is still as the scan saw it.',
    ),
    comment(
      'To act, remove the # in front of one command at a time, in this order. A command asks again before it acts.',
    ),
    comment('The data is gone for good afterwards. When in doubt, leave it and ask.'),
    comment(
      `${plan.steps.length} steps, ${formatSize(plan.expectedBytes)} to free${plan.unknownBytes > 0 ? `, ${plan.unknownBytes} of unknown size` : ''}; ${plan.leftOut.length} findings left out (see the end).`,
    ),
    '',
    scriptHead,
    ...plan.steps.map((step, index) => renderStep(step, `${index + 1}/${plan.steps.length}`)),
    comment(plan.leftOut.length === 0 ? 'Nothing was left out.' : 'Left out, and why:'),
    ...plan.leftOut.map(renderLeftOut),
    '',
  ].join('\n');
}

function renderStep(step: PlanStep, number: string): string {
  const { action, guards, resource } = step;
  const kind = action.kind === 'deleteEntry' ? ` ${resource.kind}` : '';
  const command = actionWords(action);
  const looks = lookWords(action, resource.cluster);
  return [
    comment(`${'-'.repeat(20)} Step ${number} (${resource.source}) ${'-'.repeat(20)}`),
    comment(`${titles[action.kind]}${kind} ${action.target}`),
    comment(`Why: ${step.why} [${step.check}, finding ${step.findingId}]`),
    ...(step.expectedBytes === undefined ? [] : [comment(`Expected to free: ${formatSize(step.expectedBytes)}`)]),
    ...step.notes.map((note) => comment(`- ${note}`)),
    `printf '%s\\n' 'Step ${number}'`,
    ...guards.map((guard) => `look ${guardWords(guard)}`),
    ...(looks.length === 0 ? [] : [comment('To see more:'), ...looks.map((look) => `#${look}`)]),
    ...(command === undefined
      ? [comment('There is no command for this: it is a decision.')]
      : [comment('To act, remove the #:'), `#${[...guards.map(guardWords), command].join(' && ')}`]),
    ...(action.kind === 'advice' || action.kind === 'deleteAttachment'
      ? []
      : [comment(`On the NAS itself it is: midclt call ${middlewareCall(action)}`)]),
    '',
  ].join('\n');
}

function renderLeftOut({ check, resource, because, findingId }: LeftOut): string {
  const place = resource.namespace === undefined ? '' : `${resource.namespace}/`;
  return comment(
    `- ${resource.source} ${resource.kind} ${place}${resource.name} [${check}, ${findingId}]: ${because.join('; ')}`,
  );
}

/** One line, whatever the text holds. */
function comment(text: string): string {
  return `# ${terminalText(text)}`;
}
