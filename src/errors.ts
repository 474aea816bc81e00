import type { SectionErrorCode } from './model/collected.ts';

/** Known errors: one line and its cause for the user. Everything else is our bug and shows its stack. */
export abstract class AppError extends Error {
  abstract readonly code: string;
  /** What to do about it: one sentence that starts with a verb. */
  readonly remedy: string | undefined;

  constructor(message: string, options: { readonly cause?: unknown; readonly remedy?: string } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = new.target.name;
    this.remedy = options.remedy;
  }
}

/** Wrong usage or configuration: exit 2. The message names file, key and remedy. */
export class ConfigError extends AppError {
  readonly code = 'CONFIG';
}

/** A source could not be read: ends in a failed section, exit 3. */
export class SourceError extends AppError {
  readonly code = 'SOURCE';
  readonly kind: SectionErrorCode;

  constructor(
    kind: SectionErrorCode,
    message: string,
    options: { readonly cause?: unknown; readonly remedy?: string } = {},
  ) {
    super(message, options);
    this.kind = kind;
  }
}

/** History could not be read or written: exit 4. */
export class HistoryError extends AppError {
  readonly code = 'HISTORY';
}

/** A report could not be rendered or a delivery failed: exit 5. */
export class DeliveryError extends AppError {
  readonly code = 'DELIVERY';
}

/** Another scan holds the lock: exit 6. */
export class LockError extends AppError {
  readonly code = 'LOCKED';
}
