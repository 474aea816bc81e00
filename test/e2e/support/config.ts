import type { Estate } from '../../../src/simulate/estate.ts';
import type { TrueNasSimulator } from '../../../src/simulate/truenas/server.ts';
import type { Services } from './services.ts';

const secrets = '/var/run/secrets/strandline';

/** The estate's config as a pod needs it: its own cluster, the simulated NAS, and what it delivers to. */
export function buildConfig(estate: Estate, nas: TrueNasSimulator, { mail, gateway }: Services) {
  const checks = (estate.config['checks'] ?? {}) as Record<string, unknown>;
  return {
    ...estate.config,
    deployment: 'e2e',
    clusters: [{ name: 'prod', inCluster: true }],
    nas: [
      {
        ...(estate.config['nas'] as Record<string, unknown>[])[0],
        url: nas.url,
        username: estate.nases[0]?.users[0]?.username,
        apiKeyFile: `${secrets}/nas01-api-key`,
        tls: { caFile: `${secrets}/nas01-ca.crt` },
      },
    ],
    checks: { ...checks, minAge: '0s' },
    history: { dir: '/data/history' },
    output: { dir: '/data/reports' },
    email: {
      host: mail.host,
      port: mail.port,
      tls: { caFile: `${secrets}/mail-ca.crt` },
      from: 'strandline@example.org',
      recipients: [{ to: 'storage@example.org' }],
    },
    pushgateway: { url: gateway.url },
  };
}

/** The files of the Secret that this config names. */
export function secretFiles(estate: Estate, nas: TrueNasSimulator, { mail }: Services): Record<string, string> {
  return {
    'nas01-api-key': estate.nases[0]?.users[0]?.apiKey ?? '',
    'nas01-ca.crt': nas.caPem,
    'mail-ca.crt': mail.caPem,
  };
}
