import { terminalText } from '../util/terminal-text.ts';
import type { CliIo } from './io.ts';

export interface Progress {
  readonly step: (text: string) => void;
  readonly stop: () => void;
}

/** A spinner for a person on a terminal; nothing at all when piped. ora is loaded only then. */
export async function startProgress(io: CliIo): Promise<Progress> {
  const { stream } = io.stderr;
  if (!io.stderr.isTerminal || stream === undefined || io.env['TERM'] === 'dumb')
    return { step: () => {}, stop: () => {} };
  const { default: ora } = await import('ora');
  const spinner = ora({ stream, discardStdin: false, color: (io.env['NO_COLOR'] ?? '') === '' ? 'cyan' : false });
  return {
    step: (text) => {
      spinner.text = terminalText(text);
      if (!spinner.isSpinning) spinner.start();
    },
    stop: () => spinner.stop(),
  };
}
