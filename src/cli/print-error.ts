import { AppError } from '../errors.ts';
import { createLogger } from '../log.ts';
import type { RunProblem } from '../run/ports.ts';
import { redact } from '../util/secret.ts';
import { terminalText } from '../util/terminal-text.ts';
import type { CliIo } from './io.ts';

/** A person gets message, causes and remedy; a log collector gets one JSON line. Only our own bugs show a stack. */
export async function printError(io: CliIo, error: unknown, isBug: boolean): Promise<void> {
  if (!io.stderr.isTerminal) {
    const logger = await createLogger({ level: 'error', format: 'json', fields: {}, write: io.stderr.write });
    logger.error({ err: error }, 'Command failed');
    return;
  }
  io.stderr.write(redact(`strandline: ${describeError(error)}\n`));
  if (isBug && error instanceof Error)
    io.stderr.write(`${redact(error.stack ?? '')}\nThis is a bug: please report it.\n`);
}

export function describeProblemLine({ message, remedy }: RunProblem): string {
  return terminalText(remedy === undefined ? message : `${message}. ${remedy}`);
}

function describeError(error: unknown): string {
  const lines: string[] = [];
  for (let at: unknown = error; at instanceof Error && lines.length < 5; at = at.cause) {
    const text = at.message.split('\n').map(terminalText).join('\n  ');
    lines.push(lines.length === 0 ? text : `  because: ${text}`);
  }
  if (error instanceof AppError && error.remedy !== undefined) lines.push(`  → ${terminalText(error.remedy)}`);
  return lines.join('\n') || terminalText(String(error));
}
