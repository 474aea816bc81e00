/**
 * The log as every layer sees it; `src/log.ts` makes the real one. Messages of warn and error are constant strings,
 * variables go into fields. error = someone must act; warn = the scan is worse than asked for; info = a stage began or
 * ended, with counts; debug = per object or call.
 */
export interface Logger {
  debug(fields: Readonly<Record<string, unknown>>, message: string): void;
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
  child(fields: Readonly<Record<string, unknown>>): Logger;
}

export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLogger,
};
