import type { Command } from 'commander';
import { buildProgram } from '../../src/cli/program.ts';

/** The program as it is, without anything behind it. */
export function bareProgram(): Command {
  const silent = { write: () => {}, isTerminal: false };
  return buildProgram({
    env: {},
    cwd: '/',
    stdout: silent,
    stderr: silent,
    now: () => new Date(0),
    signal: new AbortController().signal,
    signalNumber: () => undefined,
    loadPorts: () => Promise.reject(new Error('not here')),
  });
}

/** What is wrong with a command line, by the program's own help; undefined: nothing. */
export function faultOf(line: string, program = bareProgram()): string | undefined {
  const words = line.split(/\s+/);
  let command = program;
  for (const word of words)
    command = command.commands.find((each) => each.name() === word || each.aliases().includes(word)) ?? command;
  if (command === program) return `${line}: no such command`;
  const known = command.options.flatMap(({ short, long }) => [short, long]);
  const wrong = words
    .filter((word) => word.startsWith('-'))
    .map((word) => word.replace(/=.*/, ''))
    .filter((flag) => !known.includes(flag));
  return wrong.length === 0 ? undefined : `${line}: no ${wrong.join(', ')}`;
}
