import type { Logger } from '../model/logger.ts';
import type { Outbox } from './outbox/outbox.ts';

export interface DeliverDeps {
  readonly logger: Logger;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  /** Undefined without history: then nothing can tell whether a retried run has delivered already. */
  readonly outbox?: Outbox | undefined;
  /** Rendered files to attach, and where they were written. */
  readonly files?: DeliverFiles | undefined;
  /** Of the run so far; a delivery that fails makes 0 and 10 a 5. */
  readonly exitCode: number;
  /** A report covers a period and goes by mail alone. Default: a scan. */
  readonly report?: { readonly from: string; readonly to: string } | undefined;
}

/** A drawing of the report as a PNG; `widthPx` is how wide it is shown. */
export interface ChartPicture {
  readonly name: 'pools' | 'reclaimable';
  readonly alt: string;
  readonly widthPx: number;
  readonly png: Buffer;
}

export interface DeliverFiles {
  /** Drawn when the first mail needs them: a night without a mail starts no browser. None when that fails. */
  readonly charts?: (() => Promise<readonly ChartPicture[]>) | undefined;
  readonly pdf?: Buffer | undefined;
  readonly csv?: Buffer | undefined;
  readonly json?: Buffer | undefined;
  /** Folder or URL where the files can be found, for mails without attachments. */
  readonly where?: string | undefined;
}
