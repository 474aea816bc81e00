import { z } from 'zod';
import { SourceError } from '../../errors.ts';
import type { SectionErrorCode } from '../../model/collected.ts';
import { redact } from '../../util/secret.ts';
import { roleFor } from './roles.ts';

/** The NAS refused or failed one call. Decided by code and errname; `trace` of the answer is never read. */
export class NasCallError extends SourceError {
  readonly method: string;
  readonly rpcCode: number | undefined;
  readonly errname: string | undefined;

  constructor(
    kind: SectionErrorCode,
    message: string,
    options: {
      readonly method: string;
      readonly rpcCode?: number;
      readonly errname?: string;
      readonly remedy?: string;
    },
  ) {
    super(kind, message, options.remedy === undefined ? {} : { remedy: options.remedy });
    this.method = options.method;
    this.rpcCode = options.rpcCode;
    this.errname = options.errname;
  }

  /** The release has no such method. */
  get isUnknownMethod(): boolean {
    return this.rpcCode === UNKNOWN_METHOD;
  }
}

export const UNKNOWN_METHOD = -32601;
const TOO_MANY_CALLS = -32000;
const ENOENT = 2;

const lenientText = z.string().optional().catch(undefined);
const lenientNumber = z.number().optional().catch(undefined);

/** Only what is used: `trace` holds call parameters and is left where it is. */
const RpcError = z.object({
  code: z.number(),
  data: z
    .object({
      error: lenientNumber,
      errname: lenientText,
      reason: lenientText,
      /** Validation: rows of [attribute, message, errno]. */
      extra: z
        .array(z.tuple([z.unknown(), z.unknown(), z.number()]))
        .nullish()
        .catch(undefined),
    })
    .nullish()
    .catch(undefined),
});

export function toNasCallError(system: string, method: string, error: unknown): SourceError {
  const parsed = RpcError.safeParse(error);
  if (!parsed.success) {
    return new NasCallError('badAnswer', `${system}: ${method} failed with an error that cannot be read`, { method });
  }
  const { code, data } = parsed.data;
  const isMissingRow = data?.extra?.some(([, , errno]) => errno === ENOENT) === true;
  const kind = isMissingRow ? 'notFound' : kindOf(code, data?.errname, data?.error);
  const reason = data?.reason === undefined ? '' : `: ${firstLine(data.reason)}`;
  return new NasCallError(kind, `${system}: ${method} ${verbs[kind] ?? 'failed'}${reason}`, {
    method,
    rpcCode: code,
    ...(data?.errname !== undefined && { errname: data.errname }),
    remedy: remedyOf(kind, method),
  });
}

function kindOf(code: number, errname: string | undefined, errno: number | undefined): SectionErrorCode {
  if (code === UNKNOWN_METHOD) return 'notFound';
  if (code === TOO_MANY_CALLS) return 'rateLimited';
  return (errname === undefined ? undefined : byName[errname]) ?? byNumber[errno ?? -1] ?? 'server';
}

const byName: Readonly<Record<string, SectionErrorCode>> = {
  ENOTAUTHENTICATED: 'unauthenticated',
  EACCES: 'forbidden',
  EPERM: 'forbidden',
  ENOENT: 'notFound',
  EBUSY: 'rateLimited',
  ETIMEDOUT: 'timeout',
};

/** Linux errno, for answers without a name; 207 is the NAS's own number for a missing login. */
const byNumber: Readonly<Record<number, SectionErrorCode>> = {
  207: 'unauthenticated',
  13: 'forbidden',
  1: 'forbidden',
  2: 'notFound',
  16: 'rateLimited',
};

const verbs: Partial<Record<SectionErrorCode, string>> = {
  forbidden: 'is not allowed for this account',
  unauthenticated: 'was refused: not logged in',
  notFound: 'does not exist here',
  rateLimited: 'was turned away: the NAS is busy',
};

export function remedyOf(kind: SectionErrorCode, method: string): string {
  if (kind === 'forbidden') return `Grant the account the role ${roleFor(method)}, or READONLY_ADMIN.`;
  if (kind === 'unauthenticated')
    return 'Create a new API key for the account, and put it where the configuration reads it.';
  if (kind === 'notFound') return 'Check that this release of TrueNAS is supported.';
  if (kind === 'rateLimited') return 'Run again when the NAS is less busy.';
  return 'Look into /var/log/middlewared.log on the NAS.';
}

function firstLine(text: string): string {
  return redact((text.trim().split('\n', 1)[0] ?? '').slice(0, 200));
}
