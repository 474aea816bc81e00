import tab from '@bomb.sh/tab/commander';
import type { Cli } from '../command.ts';

/** Scripts for the shells, and the hidden `complete` that they ask. Added last: it looks at every command before it. */
export function addCompletion({ program }: Cli): void {
  tab(program, { completionCommandName: 'completion' });
  program.commands
    .find((command) => command.name() === 'completion')
    ?.description('print the completion script of a shell: source <(strandline completion bash)');
}
