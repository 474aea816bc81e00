import { statSync } from 'node:fs';
import { Secret } from '../util/secret.ts';
import { certificateExpiry, kubeconfigExpiry, tokenExpiry } from './credential-expiry.ts';
import type { Config } from './schema.ts';
import { parseReference } from './secret-reference.ts';

/** One credential that config names. Never its value. */
export interface ConfiguredCredential {
  /** `nas nas01 apiKeyFile`. */
  readonly name: string;
  readonly from: 'file' | 'vault' | 'Kubernetes Secret' | 'config or environment' | 'kubeconfig' | 'service account';
  /** File or reference, where there is one. */
  readonly place?: string;
  /** Of a file: when it was last written. */
  readonly writtenAt?: string;
  /** Of certificates and tokens that say so themselves. */
  readonly expiresAt?: string;
  /** Of a file: others than its owner and group may read it. */
  readonly isReadableByAll?: boolean;
}

const podToken = '/var/run/secrets/kubernetes.io/serviceaccount/token';

const sourceOf = { vault: 'vault', kubernetes: 'Kubernetes Secret' } as const;

const openFiles = new Set([
  'caFile',
  'certFile',
  'logoFile',
  'templateFile',
  'jwksFile',
  'metricsFile',
  'bodyTemplateFile',
]);

/** Every slot that is filled, in the order of the config; clusters bring theirs along. */
export function listCredentials(config: Config): readonly ConfiguredCredential[] {
  const clusters = config.clusters.map(
    ({ name, inCluster, kubeconfig, context }): ConfiguredCredential => ({
      name: `clusters ${name}`,
      ...(inCluster
        ? { from: 'service account', ...expiry(tokenExpiry(podToken)) }
        : { from: 'kubeconfig', ...(kubeconfig && expiry(kubeconfigExpiry(kubeconfig, context))) }),
      ...(kubeconfig !== undefined && factsOf(kubeconfig)),
    }),
  );
  return [...clusters, ...filledSlots(config, [])];
}

function filledSlots(value: unknown, path: readonly string[]): readonly ConfiguredCredential[] {
  const name = path.join(' ');
  const key = path.at(-1) ?? '';
  if (value instanceof Secret) return [{ name, from: 'config or environment' }];
  if (typeof value === 'string') {
    if (!key.endsWith('File') || openFiles.has(key)) return [];
    const reference = parseReference(value);
    if (reference !== undefined) return [{ name, from: sourceOf[reference.scheme], place: value }];
    return [{ name, from: 'file', ...factsOf(value) }];
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => filledSlots(item, [...path, nameOf(item, index)]));
  if (typeof value !== 'object' || value === null) return [];
  const { certFile } = value as { readonly certFile?: unknown };
  return Object.entries(value).flatMap(([step, field]) =>
    filledSlots(field, [...path, step]).map((slot) =>
      step === 'keyFile' && typeof certFile === 'string' ? { ...slot, ...expiry(certificateExpiry(certFile)) } : slot,
    ),
  );
}

function expiry(expiresAt: string | undefined): Pick<ConfiguredCredential, 'expiresAt'> {
  return expiresAt === undefined ? {} : { expiresAt };
}

function factsOf(place: string): Pick<ConfiguredCredential, 'place' | 'writtenAt' | 'isReadableByAll'> {
  const facts = statSync(place, { throwIfNoEntry: false });
  if (facts === undefined) return { place };
  return { place, writtenAt: facts.mtime.toISOString(), isReadableByAll: (facts.mode & 0o004) !== 0 };
}

function nameOf(item: unknown, index: number): string {
  const { name } = Object(item) as { readonly name?: unknown };
  return typeof name === 'string' ? name : String(index);
}
