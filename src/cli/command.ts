import type { Command } from 'commander';
import type { Outcome } from './exit-code.ts';
import type { CliIo } from './io.ts';

/** What the file of a command gets: where it adds itself, the process around it, and where it leaves what happened. */
export interface Cli {
  readonly program: Command;
  readonly io: CliIo;
  /** Runs the action of a command; what it gives back decides the exit code. */
  readonly act: <A extends unknown[]>(
    action: (...args: A) => Promise<readonly Outcome[]>,
  ) => (...args: A) => Promise<void>;
}
