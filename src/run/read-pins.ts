import type { X509Certificate } from 'node:crypto';
import { connect, type TLSSocket } from 'node:tls';
import { SourceError } from '../errors.ts';
import { spkiPin } from '../util/tls.ts';

export interface ShownCertificate {
  readonly subject: string;
  readonly issuer: string;
  readonly validTo: string;
  /** `sha256/<base64>` over its public key. */
  readonly pin: string;
}

export interface ShownServer {
  readonly host: string;
  readonly port: number;
  readonly protocol: string;
  /** Why a client without a pin or CA of its own would refuse it; undefined when it would not. */
  readonly refusedBecause: string | undefined;
  /** The server's own first. */
  readonly chain: readonly ShownCertificate[];
}

/** Shakes hands and hangs up: nothing is sent, so that it may look at a server that nobody trusts yet. */
export async function readServer(url: URL, timeoutMs: number): Promise<ShownServer> {
  const port = url.port === '' ? 443 : Number(url.port);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const socket = connect({ host, port, servername: isAddress(host) ? '' : host, rejectUnauthorized: false });
  try {
    await shakeHands(socket, timeoutMs);
    const chain = chainOf(socket.getPeerX509Certificate());
    return {
      ...{ host, port, protocol: socket.getProtocol() ?? 'unknown', chain },
      refusedBecause: socket.authorized ? undefined : String(socket.authorizationError),
    };
  } catch (cause) {
    const { code = 'no answer' } = cause as NodeJS.ErrnoException;
    throw new SourceError('unreachable', `${host}:${port} showed no certificate (${code})`, {
      cause,
      remedy: 'Check the address, and that TLS is spoken on this port.',
    });
  } finally {
    socket.destroy();
  }
}

function shakeHands(socket: TLSSocket, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('secureConnect', resolve);
    socket.once('error', reject);
    socket.setTimeout(timeoutMs, () => reject(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })));
  });
}

function chainOf(first: X509Certificate | undefined): readonly ShownCertificate[] {
  const chain: ShownCertificate[] = [];
  for (let one = first; one !== undefined && chain.length < 10; one = one.issuerCertificate) {
    const { subject, issuer, validTo } = one;
    chain.push({ subject: oneLine(subject), issuer: oneLine(issuer), validTo, pin: spkiPin(one) });
    if (one.issuerCertificate?.fingerprint256 === one.fingerprint256) break;
  }
  return chain;
}

function oneLine(name: string | undefined): string {
  return (name ?? '').replaceAll('\n', ', ');
}

function isAddress(host: string): boolean {
  return /^[\d.]+$/.test(host) || host.includes(':');
}
