import type { Secret } from '../util/secret.ts';
import type { TrailEvent } from '../util/trail.ts';
import { noHash, sealLine } from './line.ts';
import type { LineSink } from './sinks.ts';

export interface RunFacts {
  readonly scanId: string;
  readonly runId: string;
  readonly deployment: string;
  readonly tool: string;
  /** Hash of the config in force, without its secrets. */
  readonly config: string;
}

/** The last line of the run before: a run that vanishes, or loses its end, is missed by the next one. */
export interface PreviousRun {
  readonly run: string;
  readonly hash: string;
}

export interface WriterOptions {
  readonly run: RunFacts;
  readonly now: () => Date;
  readonly key?: Secret | undefined;
  /** A part that has reached this many bytes is ended. */
  readonly rotateBytes: number;
  readonly keyOf: (part: number) => string;
  readonly open: () => Promise<{ readonly sink: LineSink; readonly previous: PreviousRun | undefined }>;
}

export interface TrailWriter {
  /** Never throws and never waits; nothing is written before the first event. */
  record(event: TrailEvent): void;
  /** Writes the last line. @throws HistoryError when any line could not be written. */
  close(exitCode: number): Promise<void>;
}

/** One chain per run, over all its parts, in the order in which things happened. */
export function createTrailWriter(options: WriterOptions): TrailWriter {
  const { run, now, key, rotateBytes, keyOf } = options;
  let queue: Promise<LineSink> | undefined;
  let seq = 0;
  let hash = noHash;
  let part = 1;
  let partBytes = 0;

  const write = async (sink: LineSink, at: string, fields: object): Promise<void> => {
    const { kind, ...rest } = fields as { readonly kind: string };
    const line = sealLine({ seq, at, kind, ...rest, previous: hash }, key);
    if (partBytes > 0 && partBytes + line.text.length > rotateBytes) {
      part += 1;
      partBytes = 0;
      await sink.rotate(keyOf(part));
    }
    await sink.append(line.text);
    seq += 1;
    hash = line.hash;
    partBytes += line.text.length;
  };
  const begin = async (at: string): Promise<LineSink> => {
    const { sink, previous } = await options.open();
    await write(sink, at, { kind: 'start', ...run, ...(previous !== undefined && { follows: previous }) });
    return sink;
  };
  const enqueue = (fields: object): Promise<LineSink> => {
    const at = now().toISOString();
    queue = (queue ?? begin(at)).then(async (sink) => {
      await write(sink, at, fields);
      return sink;
    });
    queue.catch(() => {}); // told by close
    return queue;
  };
  return {
    record: (event) => void enqueue(event),
    async close(exitCode) {
      if (queue === undefined) return;
      const sink = await enqueue({ kind: 'end', exitCode });
      await sink.close();
    },
  };
}
