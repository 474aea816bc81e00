import { exitCodes, precedence } from './exit-code.ts';

/** The README's table. */
export function formatExitCodes(): string {
  const order = precedence.map((name) => exitCodes.find((each) => each.name === name)?.code);
  return [
    '| exit | meaning | what a Job does |',
    '| --- | --- | --- |',
    ...exitCodes.map(({ code, meaning, job }) => `| ${code} | ${meaning} | ${job} |`),
    '| 128+n | ended by signal n (130 Ctrl-C, 143 SIGTERM) | retry |',
    '',
    `When several apply: 128+n, ${order.join(', ')}.`,
    '',
  ].join('\n');
}
