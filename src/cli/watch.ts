import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigError } from '../errors.ts';
import { durationMs } from '../util/duration.ts';
import type { Outcome } from './exit-code.ts';
import type { CliIo } from './io.ts';

interface WatchFlags {
  readonly output: string;
  readonly watch?: string;
}

/** One answer, or with `--watch` one after the other until a signal comes: each takes the screen when it is there. */
export function watching<F extends WatchFlags>(io: CliIo, once: (io: CliIo, flags: F) => Promise<readonly Outcome[]>) {
  return async (flags: F): Promise<readonly Outcome[]> => {
    if (flags.watch === undefined) return once(io, flags);
    if (flags.output !== 'table') {
      throw new ConfigError(`--watch prints tables, not ${flags.output}`, { remedy: 'Leave out --watch or -o.' });
    }
    const waitMs = Math.max(1_000, durationMs(flags.watch));
    let outcomes: readonly Outcome[] = [];
    while (!io.signal.aborted) {
      outcomes = await once(onFreshScreen(io), flags);
      await sleep(waitMs, undefined, { signal: io.signal }).catch(() => undefined);
    }
    return outcomes;
  };
}

/** Clears the screen when the new answer is written, not while it is waited for; piped rounds get a line between them. */
function onFreshScreen(io: CliIo): CliIo {
  let isFirst = true;
  const before = io.stdout.isTerminal ? '\x1b[H\x1b[2J' : '';
  return {
    ...io,
    stdout: {
      ...io.stdout,
      write: (text) => {
        io.stdout.write(isFirst ? `${before}${io.now().toISOString().slice(0, 19)}Z\n${text}` : text);
        isFirst = false;
      },
    },
  };
}
