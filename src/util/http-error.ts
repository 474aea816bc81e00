import { SourceError } from '../errors.ts';
import type { SectionErrorCode } from '../model/collected.ts';
import { redact } from './secret.ts';

/** An answer that says no. `body` is the beginning of what the server wrote, cleaned of secrets, never to be shown whole. */
export class HttpStatusError extends SourceError {
  readonly status: number;
  readonly body: string;
  readonly retryAfterMs: number | undefined;

  constructor(call: string, status: number, body: string, retryAfterMs?: number) {
    super(kindOfStatus(status), `${call} answered ${status}`, { remedy: remedyOf(kindOfStatus(status)) });
    this.status = status;
    this.body = redact(body.slice(0, 4096));
    this.retryAfterMs = retryAfterMs;
  }
}

export function kindOfStatus(status: number): SectionErrorCode {
  if (status === 401) return 'unauthenticated';
  if (status === 403 || status === 407) return 'forbidden';
  if (status === 404) return 'notFound';
  if (status === 410) return 'gone';
  if (status === 429) return 'rateLimited';
  if (status >= 500) return 'server';
  return 'badAnswer';
}

/** Any failure below HTTP: DNS, TCP, TLS, a cut or oversized answer. Decided by codes, never by message text. */
export function toSourceError(call: string, thrown: unknown): SourceError {
  if (thrown instanceof SourceError) return thrown;
  const code = codeOf(thrown);
  const kind = kindOfCode(code);
  return new SourceError(kind, `${call} failed: ${sentences[code] ?? code}`, {
    cause: bareCause(code),
    remedy: remedyOf(kind, code),
  });
}

/** The code alone: messages of fetch hold the whole URL, which may be a secret. */
function bareCause(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/** Faults that a second try may heal: the connection was cut or refused, not the request. */
export function isConnectionFault(error: unknown): boolean {
  return error instanceof SourceError && transient.has(codeOf(error.cause));
}

export function codeOf(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return 'UNKNOWN';
  const { code, type } = thrown as { code?: unknown; type?: unknown };
  if (typeof code === 'string') return code;
  if (typeof type === 'string') return type;
  return 'UNKNOWN';
}

const transient = new Set([
  'ECONNRESET',
  'EPIPE',
  'ECONNREFUSED',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_BAD_FRAME',
]);

function kindOfCode(code: string): SectionErrorCode {
  if (tlsCode.test(code)) return 'tls';
  if (badAnswerCodes.has(code)) return 'badAnswer';
  return 'unreachable';
}

const tlsCode =
  /^(CERT_|ERR_TLS_|ERR_SSL_|ERR_PIN_|ERR_OSSL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|EPROTO|CRL_|INVALID_CA|PATH_LENGTH|INVALID_PURPOSE)/;

const badAnswerCodes = new Set(['max-size', 'no-redirect', 'max-redirect', 'invalid-redirect', 'unsupported-redirect']);

const sentences: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there (ECONNREFUSED)',
  ENOTFOUND: 'the host name is not known (ENOTFOUND)',
  EAI_AGAIN: 'the host name could not be resolved for now (EAI_AGAIN)',
  ECONNRESET: 'the connection was cut (ECONNRESET)',
  ERR_STREAM_PREMATURE_CLOSE: 'the connection was cut in the middle of the answer',
  EHOSTUNREACH: 'no route to the host (EHOSTUNREACH)',
  ETIMEDOUT: 'the host did not answer (ETIMEDOUT)',
  ERR_PIN_MISMATCH: 'the server showed another key than the pinned one',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate is signed by another CA than the configured one',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the certificate is signed by a CA that is not trusted here',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate is signed by a CA that is not trusted here',
  CERT_NOT_YET_VALID: 'the certificate is not valid yet',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the port answers without TLS (ERR_SSL_WRONG_VERSION_NUMBER)',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'the port answers without TLS (ERR_SSL_PACKET_LENGTH_TOO_LONG)',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed and neither given as CA nor pinned',
  CERT_HAS_EXPIRED: 'the certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another host name',
  EPROTO: 'no TLS version or cipher in common (EPROTO)',
  'max-size': 'the answer is larger than allowed',
  'no-redirect': 'the server redirects elsewhere, which is not followed',
  UNKNOWN: 'the connection failed',
};

function remedyOf(kind: SectionErrorCode, code = ''): string {
  if (code === 'ERR_PIN_MISMATCH')
    return 'Compare the pin with the certificate of the server, and renew it if that was changed on purpose.';
  if (code === 'EPROTO') return 'Enable TLS 1.3 on the server, or allow TLSv1.2 for it in the configuration.';
  if (code === 'CERT_HAS_EXPIRED') return 'Renew the certificate on the server.';
  if (code === 'CERT_NOT_YET_VALID') return 'Compare the clocks of the server and of this machine.';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return 'Use a name that is in the certificate, or set tls.serverName to one.';
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG')
    return 'Configure the HTTPS port of the server (443 by default).';
  if (code === 'ENOTFOUND') return 'Check the spelling of the host name, and that this machine or pod can resolve it.';
  if (code === 'ECONNREFUSED') return 'Check the port, and that the service runs there.';
  if (code === 'no-redirect') return 'Configure the URL that the server redirects to.';
  return remedies[kind];
}

const remedies: Readonly<Record<SectionErrorCode, string>> = {
  unreachable: 'Check the address, the network and any firewall or network policy between here and there.',
  timeout: 'Raise the call timeout, or look why the server is slow.',
  tls: 'Give the CA or the certificate of the server in the configuration, or pin its key.',
  unauthenticated: 'Check the credential: it is wrong, expired or revoked.',
  forbidden: 'Grant the missing right to the account.',
  notFound: 'Check the URL and the release of the server.',
  rateLimited: 'Run less often, or raise the limit on the server.',
  server: 'Look into the log of the server.',
  badAnswer: 'Check that the URL points at the right server and that nothing in between changes its answers.',
  gone: 'Run again when the source is less busy.',
  notAsked: 'See the first error of this source.',
  partialRights: 'Grant the right for the whole source.',
};
