import 'reflect-metadata';
import { createHash, webcrypto, X509Certificate } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type JsonGeneralName,
  KeyUsageFlags,
  KeyUsagesExtension,
  X509Certificate as Parsed,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

export interface CertificateOptions {
  /** DNS names; the first is the common name. */
  readonly names?: readonly string[];
  readonly ips?: readonly string[];
  /** How long it holds, from `notBefore` on. Default 30. */
  readonly days?: number;
  /** Default: an hour ago. */
  readonly notBefore?: Date;
  /** Signs with this one. Default: with itself, and a client that trusts `caPem` trusts it. */
  readonly ca?: Pick<Certificate, 'cert' | 'key'>;
}

/** All PEM. `caPem` is what a client must trust: the signer, or the certificate itself. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  readonly caPem: string;
  /** `sha256/<base64>` of the certificate's own public key. */
  readonly spkiPin: string;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** A P-256 server certificate that may sign others. */
export async function makeCertificate(options: CertificateOptions = {}): Promise<Certificate> {
  const names = options.names ?? ['localhost'];
  const ips = options.ips ?? ['127.0.0.1'];
  const notBefore = options.notBefore ?? new Date(Date.now() - 3_600_000);
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const signer = options.ca === undefined ? undefined : await readSigner(options.ca);
  const subject = `CN=${names[0] ?? ips[0] ?? 'simulator'}`;
  const made = await X509CertificateGenerator.create({
    subject,
    issuer: signer?.subject ?? subject,
    notBefore,
    notAfter: new Date(notBefore.getTime() + (options.days ?? 30) * 86_400_000),
    publicKey: keys.publicKey,
    signingKey: signer?.key ?? keys.privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyCertSign, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
      new SubjectAlternativeNameExtension([
        ...names.map((value): JsonGeneralName => ({ type: 'dns', value })),
        ...ips.map((value): JsonGeneralName => ({ type: 'ip', value })),
      ]),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const cert = made.toString('pem');
  const key = PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
  return { cert, key, caPem: options.ca?.cert ?? cert, spkiPin: pinOf(cert) };
}

function pinOf(pem: string): string {
  const spki = new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' });
  return `sha256/${createHash('sha256').update(spki).digest('base64')}`;
}

async function readSigner(ca: Pick<Certificate, 'cert' | 'key'>) {
  const der = PemConverter.decodeFirst(ca.key);
  return {
    subject: new Parsed(ca.cert).subject,
    key: await webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign']),
  };
}
