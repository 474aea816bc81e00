import { formatSize } from '../util/format-size.ts';
import { terminalText } from '../util/terminal-text.ts';
import type { Explanation, Line, Subject } from './explanation.ts';

/** Text for a terminal; says what was not read, so that silence is not taken for absence. */
export function renderExplanation({ name, subjects, unread }: Explanation): string {
  const nothing = unread.length === 0 ? 'Every list was read.' : 'Not every list was read, so it may still exist.';
  return [
    ...(subjects.length === 0 ? [`Nothing is named ${name}. ${nothing}`] : subjects.flatMap(renderSubject)),
    ...unread.map((words) => `Not read: ${words}`),
  ]
    .map((text) => `${text === '' ? '' : terminalText(text)}\n`)
    .join('');
}

function renderSubject({ source, kind, name, chain, dependents, freesBytes, verdicts }: Subject): string[] {
  return [
    `${kind} ${name} (${source})`,
    ...chain.map(renderLine),
    ...(dependents.length === 0 ? [] : ['  What depends on it:', ...dependents.map((each) => `  ${renderLine(each)}`)]),
    `  Destroying it frees: ${freesBytes === undefined ? 'unknown' : formatSize(freesBytes)}`,
    '  What the checks say:',
    ...(verdicts.length === 0 ? ['    no check looks at it'] : []),
    ...verdicts.map(({ check, status, says }) => `    ${check}: ${status}, ${says}`),
    '',
  ];
}

function renderLine({ what, value, from }: Line): string {
  return `  ${what}: ${value}  [${from}]`;
}
