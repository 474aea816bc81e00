import { AppError, SourceError } from '../errors.ts';
import type { Collected, SectionError } from '../model/collected.ts';
import type { Logger } from '../model/logger.ts';
import { redact } from '../util/secret.ts';

/** What a collector gives: the whole list, or the whole list with what a reader must know about it. */
export type SectionAnswer<T> =
  | readonly T[]
  | {
      readonly items: readonly T[];
      readonly absent?: string | undefined;
      readonly unreadable?: Readonly<Record<string, number>> | undefined;
    };

/**
 * The one place where a throw of a collector becomes a failed section. Whatever is not a known error is our bug: it is
 * logged with its stack and fails the section all the same.
 */
export async function section<T>(
  log: Logger,
  name: string,
  read: () => Promise<SectionAnswer<T>>,
  now: () => Date,
): Promise<Collected<T>> {
  const started = Date.now();
  const takenAt = now().toISOString();
  try {
    const answer = await read();
    const { items, absent, unreadable } = isList(answer) ? { items: answer } : answer;
    const hasUnreadable = unreadable !== undefined && Object.keys(unreadable).length > 0;
    log.debug({ section: name, count: items.length, absent, durationMs: Date.now() - started }, 'section read');
    if (hasUnreadable) log.warn({ section: name, unreadable }, 'some fields could not be read and are unknown');
    return { ok: true, items, takenAt, ...(absent !== undefined && { absent }), ...(hasUnreadable && { unreadable }) };
  } catch (thrown) {
    const error = toSectionError(thrown, name);
    const fields = { section: name, code: error.code, reason: error.message, durationMs: Date.now() - started };
    if (thrown instanceof AppError) log.warn(fields, 'section failed');
    else log.error({ ...fields, stack: stackOf(thrown) }, 'section failed unexpectedly');
    return { ok: false, error, takenAt };
  }
}

/** Plain data, without secrets. An error that nobody foresaw is `badAnswer`: the answer met code that did not expect it. */
export function toSectionError(thrown: unknown, name: string): SectionError {
  if (thrown instanceof SourceError) {
    return {
      code: thrown.kind,
      message: redact(thrown.message),
      ...(thrown.remedy !== undefined && { remedy: redact(thrown.remedy) }),
    };
  }
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return {
    code: 'badAnswer',
    message: redact(`${name} could not be read: ${firstLine(text)}`),
    remedy: 'Report this as a bug, with the log of the run at level debug.',
  };
}

function isList<T>(answer: SectionAnswer<T>): answer is readonly T[] {
  return Array.isArray(answer);
}

function firstLine(text: string): string {
  return (text.split('\n', 1)[0] ?? '').slice(0, 300);
}

function stackOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && thrown.stack !== undefined ? redact(thrown.stack) : undefined;
}
