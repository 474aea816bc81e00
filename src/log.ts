import { type DestinationStream, pino, stdTimeFunctions } from 'pino';
import { AppError } from './errors.ts';
import type { Logger } from './model/logger.ts';
import { redact } from './util/secret.ts';

export interface LogOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly format: 'json' | 'pretty';
  /** In every line: scanId, runId. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Where finished lines go, newline included. Default: stderr, synchronously, so that the last lines are not lost. */
  readonly write?: (line: string) => void;
  readonly colour?: boolean;
}

/**
 * JSON lines (or pretty ones for a person). Three nets keep secrets out: `Secret` hides itself, errors and fields are
 * reduced to what is known to be harmless, and the finished line is searched for every secret ever held.
 */
export async function createLogger(options: LogOptions): Promise<Logger> {
  const sink = options.write ?? stderrSink();
  const write = options.format === 'pretty' ? await prettySink(sink, options.colour === true) : sink;
  const destination: DestinationStream = { write: (line) => write(escapeOdd(redact(line))) };
  const logger: Logger = pino(
    {
      level: options.level,
      base: { ...options.fields },
      timestamp: stdTimeFunctions.isoTime,
      messageKey: 'msg',
      formatters: { level: (label) => ({ level: label }), log: (fields) => cleanFields(fields, 0) },
      serializers: { err: (value: unknown) => value },
    },
    destination,
  );
  return logger;
}

const maximumDepth = 6;
const secretKey =
  /^(authorization|proxy-authorization|cookie|set-cookie|pass(word|phrase)?|api[-_]?key|token|secret)$/i;

function cleanFields(fields: object, depth: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [key, secretKey.test(key) ? '[redacted]' : clean(value, depth)]),
  );
}

function clean(value: unknown, depth: number): unknown {
  if (value instanceof Error) return errorFields(value, depth);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return value;
  if (depth >= maximumDepth) return '[deeper]';
  return Array.isArray(value) ? value.map((item) => clean(item, depth + 1)) : cleanFields(value, depth + 1);
}

/** Named fields only: libraries hang requests, headers and bodies on their errors. A stack only for unknown errors. */
function errorFields(error: Error, depth: number): Record<string, unknown> {
  if (depth >= maximumDepth) return { type: error.name };
  const { remedy, kind } = error as { readonly remedy?: unknown; readonly kind?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...('code' in error && ['string', 'number'].includes(typeof error.code) && { code: error.code }),
    ...(typeof kind === 'string' && { kind }),
    ...(typeof remedy === 'string' && { remedy }),
    ...(!(error instanceof AppError) && { stack: error.stack }),
    ...(error.cause !== undefined && { cause: clean(error.cause, depth + 1) }),
    ...(error instanceof AggregateError && { errors: error.errors.slice(0, 5).map((each) => clean(each, depth + 1)) }),
  };
}

function stderrSink(): (line: string) => void {
  const destination = pino.destination({ fd: 2, sync: true });
  destination.on('error', () => {}); // nobody reads stderr any more: nothing is left to tell it to
  return (line) => destination.write(line);
}

/** What JSON lets through as it is, but a terminal or an editor acts upon. */
function escapeOdd(jsonLine: string): string {
  return jsonLine.replaceAll(
    /[\u007f-\u009f\p{Bidi_Control}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** pino-pretty is loaded only when it is used. */
async function prettySink(sink: (line: string) => void, colour: boolean): Promise<(line: string) => void> {
  const { prettyFactory } = await import('pino-pretty');
  const format = prettyFactory({
    colorize: colour,
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'scanId,runId',
    messageKey: 'msg',
  });
  return (line) => sink(format(withoutControls(line)));
}

/** Names and answers from elsewhere may hold escape sequences: shown as text, never sent to the terminal. */
function withoutControls(jsonLine: string): string {
  const odd = /\\\\|\\u(00[01][0-9a-f]|007f|00[89][0-9a-f]|061c|200[ef]|202[a-e]|206[6-9])/g;
  return jsonLine.replaceAll(odd, (match, hex: string | undefined) => (hex === undefined ? match : `\\\\u${hex}`));
}
