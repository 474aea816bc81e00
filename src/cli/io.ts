import type { Ports } from '../run/ports.ts';
import type { Outcome } from './exit-code.ts';

/** What it gives back may still change the exit code. */
export type AtEnd = (exitCode: number) => Promise<readonly Outcome[]>;

/** Everything that a command knows of the process it runs in. */
export interface CliIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdout: Screen;
  readonly stderr: Screen;
  readonly now: () => Date;
  /** Aborted by SIGTERM and SIGINT. */
  readonly signal: AbortSignal;
  /** Number of the signal that came, if one did. */
  readonly signalNumber: () => number | undefined;
  /** Loaded only by commands that read something: it pulls in clients and database. */
  readonly loadPorts: () => Promise<Ports>;
  /** Everything is done: a signal that comes after it no longer changes the exit code, for there is nothing to do again. */
  readonly allDone?: () => void;
  /** Work for the end of the session, once its exit code is known: at the end of the command, or when the next begins. */
  readonly atEnd?: (work: AtEnd) => Promise<void>;
}

export interface Screen {
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
  /** Width of the terminal; undefined when there is none. */
  readonly columns?: number;
  /** The stream itself, for a spinner; only on a terminal. */
  readonly stream?: NodeJS.WriteStream;
}

/** Colours only for a person: a terminal, no NO_COLOR, no TERM=dumb. */
export function wantsColour(screen: Screen, env: CliIo['env']): boolean {
  return screen.isTerminal && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}
