import type { Secret } from '../util/secret.ts';

/** TLS for one outgoing connection. Verification is never off unless `insecureSkipVerify` says so, and then it is noted. */
export interface TlsOptions {
  /** PEM text of the CA (or of the self-signed certificate itself). */
  readonly ca?: string;
  /** SPKI SHA-256 pins, `sha256/<base64>`; one of them must match. A pin alone is enough for a self-signed certificate. */
  readonly pins?: readonly string[];
  readonly minVersion?: 'TLSv1.2' | 'TLSv1.3';
  readonly serverName?: string;
  readonly clientCertificate?: { readonly cert: string; readonly key: Secret };
  readonly insecureSkipVerify?: boolean;
}

/** One TrueNAS as config names it, ready to connect. */
export interface NasTarget {
  readonly name: string;
  /** `https://host[:port]` (or `http://` with allowPlaintext and user/password or CORE only). */
  readonly url: string;
  /** Other names and addresses by which volumes call this NAS. */
  readonly aliases: readonly string[];
  readonly transport: 'auto' | 'jsonrpc' | 'rest';
  readonly auth: NasAuth;
  readonly tls: TlsOptions;
  readonly allowPlaintext: boolean;
  readonly callTimeoutMs: number;
  /** On JSON-RPC never more than the server runs of one connection. */
  readonly callsAtOnce?: number;
}

export type NasAuth =
  | { readonly kind: 'apiKey'; readonly apiKey: () => Promise<Secret>; readonly username?: string }
  | { readonly kind: 'password'; readonly username: string; readonly password: () => Promise<Secret> };

/** One cluster as config names it. */
export interface ClusterTarget {
  readonly name: string;
  /** in-cluster service account, or a kubeconfig (file or the default chain) with an optional context. */
  readonly source:
    | { readonly kind: 'inCluster' }
    | { readonly kind: 'kubeconfig'; readonly file?: string; readonly context?: string };
  readonly tls: Pick<TlsOptions, 'minVersion' | 'pins'>;
  readonly callTimeoutMs: number;
  readonly pageSize: number;
  readonly callsAtOnce?: number;
  /** Read only these namespaces (no cluster-wide rights): nothing can then be proven absent. */
  readonly namespaces?: readonly string[];
  /** Read the drivers' own config Secrets; only in these namespaces, empty: wherever drivers run. */
  readonly driverSecrets?: { readonly namespaces: readonly string[] };
}
