import type { NasTarget } from '../../src/model/targets.ts';
import { Secret } from '../../src/util/secret.ts';
import { scanKey } from './nas-state.ts';

/** A simulated NAS as config would name it: its CA, the read-only key with its user. */
export function nasTarget(
  nas: { readonly url: string; readonly caPem: string },
  fields: Partial<NasTarget> = {},
): NasTarget {
  return {
    name: 'nas01',
    url: nas.url,
    aliases: ['10.9.0.5'],
    transport: 'auto',
    auth: { kind: 'apiKey', username: 'k8s-scan', apiKey: async () => new Secret(scanKey) },
    tls: nas.caPem === '' ? {} : { ca: nas.caPem },
    allowPlaintext: false,
    callTimeoutMs: 5000,
    ...fields,
  };
}

/** Retries without waits. */
export const quickRetry = { baseMs: 1, maxMs: 20 } as const;
