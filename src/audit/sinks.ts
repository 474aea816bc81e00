import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HistoryError } from '../errors.ts';
import type { ObjectStore } from '../history/object-store.ts';

/** Where the lines of one run go. Parts follow one another; a part that was ended is never touched again. */
export interface LineSink {
  append(text: string): Promise<void>;
  /** Ends this part and begins the next. */
  rotate(key: string): Promise<void>;
  close(): Promise<void>;
}

/** Appended line by line, and made durable at each end of a part: a killed run leaves what it had done. */
export function openFileSink(directory: string, firstKey: string): LineSink {
  let handle: Promise<FileHandle> | undefined;
  let key = firstKey;
  const file = (): Promise<FileHandle> => {
    handle ??= create(join(directory, ...key.split('/')));
    return handle;
  };
  const end = async () => {
    const current = await handle;
    handle = undefined;
    await current?.sync();
    await current?.close();
  };
  return {
    append: (text) => translate(directory, async () => (await file()).appendFile(text)),
    rotate: (next) =>
      translate(directory, async () => {
        await end();
        key = next;
      }),
    close: () => translate(directory, end),
  };
}

/** A bucket knows no append: a part is put as a whole when it ends. */
export function openObjectSink(objects: ObjectStore, firstKey: string): LineSink {
  let key = firstKey;
  let lines: string[] = [];
  const put = async () => {
    if (lines.length === 0) return;
    const body = new TextEncoder().encode(lines.join(''));
    lines = [];
    if ((await objects.putIfAbsent(key, body)) === 'exists') {
      throw new HistoryError(`${objects.place}: ${key} is there already, and an audit log is never overwritten`);
    }
  };
  return {
    async append(text) {
      lines.push(text);
    },
    async rotate(next) {
      await put();
      key = next;
    },
    close: put,
  };
}

/** `ax`: appends, and never to a file of somebody else. */
async function create(path: string): Promise<FileHandle> {
  await mkdir(dirname(path), { recursive: true });
  return open(path, 'ax', 0o640);
}

async function translate(directory: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    const { code = 'unknown error' } = cause as NodeJS.ErrnoException;
    throw new HistoryError(`the audit log in ${directory} could not be written (${code})`, {
      cause,
      remedy: 'Check that the folder is mounted, has free space and belongs to the user that runs the scan.',
    });
  }
}
