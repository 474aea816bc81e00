import { constants, createHash, X509Certificate } from 'node:crypto';
import { type ConnectionOptions, checkServerIdentity, type PeerCertificate, type TLSSocket } from 'node:tls';
import type { TlsOptions } from '../model/targets.ts';

/**
 * Options of one outgoing TLS connection, for https agents, `ws` and plain `tls.connect`.
 *
 * A pin without a CA needs `pinnedSocket` as well (the agents of `agent.ts` do that): without it the connection to a
 * self-signed server is refused, never accepted unchecked.
 */
export function tlsConnectOptions(tls: TlsOptions): ConnectionOptions {
  const { pins = [] } = tls;
  return {
    minVersion: tls.minVersion ?? 'TLSv1.3',
    // TLS 1.2 could show another certificate in the middle of a connection, after the pin was checked.
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
    rejectUnauthorized: tls.insecureSkipVerify !== true,
    ...(tls.ca !== undefined && { ca: tls.ca }),
    ...(tls.serverName !== undefined && { servername: tls.serverName }),
    ...(tls.clientCertificate !== undefined && {
      cert: tls.clientCertificate.cert,
      key: tls.clientCertificate.key.reveal(),
    }),
    ...(pins.length > 0 && {
      checkServerIdentity: (host: string, certificate: PeerCertificate) =>
        checkServerIdentity(host, certificate) ?? pinError(new X509Certificate(certificate.raw), pins),
    }),
  };
}

/** True when the pin stands in for the chain: the certificate of the server itself is known, so no CA need vouch for it. */
export function isPinnedOnly(tls: TlsOptions): boolean {
  return (tls.pins?.length ?? 0) > 0 && tls.ca === undefined;
}

/**
 * Resolves once the handshake is done and the server's own key is one of the pins. Node does not call
 * `checkServerIdentity` when `rejectUnauthorized` is false, nor on a resumed session, hence this.
 */
export async function pinnedSocket(socket: TLSSocket, pins: readonly string[]): Promise<TLSSocket> {
  await handshake(socket);
  const certificate = socket.getPeerX509Certificate();
  const error = certificate === undefined ? new PinError('(none)') : pinError(certificate, pins);
  if (error === undefined) return socket;
  socket.destroy();
  throw error;
}

/** `sha256/<base64>` over the SubjectPublicKeyInfo, as HPKP and curl count it. */
export function spkiPin(certificate: X509Certificate): string {
  const spki = certificate.publicKey.export({ type: 'spki', format: 'der' });
  return `sha256/${createHash('sha256').update(spki).digest('base64')}`;
}

/** The server showed another key than the pinned one. */
export class PinError extends Error {
  readonly code = 'ERR_PIN_MISMATCH';

  constructor(seen: string) {
    super(`the server's key is ${seen}, which is none of the pins`);
    this.name = 'PinError';
  }
}

function pinError(certificate: X509Certificate, pins: readonly string[]): PinError | undefined {
  const seen = spkiPin(certificate);
  return pins.some((pin) => pin.replace('sha256//', 'sha256/') === seen) ? undefined : new PinError(seen);
}

function handshake(socket: TLSSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('secureConnect', resolve);
    socket.once('error', reject);
    socket.once('close', () => reject(Object.assign(new Error('connection closed'), { code: 'ECONNRESET' })));
  });
}
