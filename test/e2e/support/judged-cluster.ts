import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { openCluster } from '../../../src/collect/kubernetes/index.ts';
import { loadConfig } from '../../../src/config/load.ts';
import type { AccessReview } from '../../../src/model/kubernetes.ts';
import { silentLogger } from '../../../src/model/logger.ts';
import type { ScanResult } from '../../../src/model/scan-result.ts';
import { wirePorts } from '../../../src/run/wire.ts';
import type { Estate } from '../../../src/simulate/estate.ts';
import { startTrueNas, type TrueNasSimulator } from '../../../src/simulate/truenas/server.ts';

/** The product against any API server, with the estate's NAS simulated: a scan as the command runs it. */
export interface JudgedCluster {
  scan(): Promise<ScanResult>;
  /** What the account may not do of what it needs: `list persistentvolumes`. */
  refused(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Below `folder` a new one is made for config and credentials. */
export async function openJudged(estate: Estate, kubeconfig: string, folder: string): Promise<JudgedCluster> {
  const [state] = estate.nases;
  if (state === undefined) throw new Error('the estate has no NAS');
  const nas = await startTrueNas(state);
  const config = loadConfig({
    file: await writeConfig(estate, nas, kubeconfig, await mkdtemp(join(folder, 'judged-'))),
    env: {},
  }).config;
  const signal = new AbortController().signal;
  const now = () => new Date();
  const ports = wirePorts();
  const deps = { logger: silentLogger, now, signal, progress: () => {}, scanId: 'e2e', runId: 'e2e' };
  return {
    scan: async () => (await ports.runScan(config, deps)).result,
    refused: async () => {
      const source = await openCluster(
        {
          name: 'prod',
          source: { kind: 'kubeconfig', file: kubeconfig },
          tls: {},
          callTimeoutMs: 10_000,
          pageSize: 500,
        },
        { log: silentLogger, signal },
      );
      const { access } = (await source.collect(['access'])).sections;
      source.close();
      return (access.ok ? access.items : []).filter(isRefused).map(nameOf);
    },
    close: () => nas.close(),
  };
}

function isRefused({ allowed, neededFor }: AccessReview): boolean {
  return !allowed && neededFor !== undefined;
}

function nameOf({ verb, group, resource }: AccessReview): string {
  return `${verb} ${group === '' ? resource : `${resource}.${group}`}`;
}

async function writeConfig(estate: Estate, nas: TrueNasSimulator, kubeconfig: string, folder: string): Promise<string> {
  const file = join(folder, 'judged.yaml');
  await writeFile(join(folder, 'nas.key'), estate.nases[0]?.users[0]?.apiKey ?? '', { mode: 0o600 });
  await writeFile(join(folder, 'nas.pem'), nas.caPem);
  const [declared] = estate.config['nas'] as Record<string, unknown>[];
  const user = { username: estate.nases[0]?.users[0]?.username, apiKeyFile: 'nas.key', tls: { caFile: 'nas.pem' } };
  await writeFile(
    file,
    stringify({
      ...estate.config,
      clusters: [{ name: 'prod', kubeconfig }],
      nas: [{ ...declared, url: nas.url, ...user }],
      checks: { ...(estate.config['checks'] as object | undefined), minAge: '0s' },
      history: { enabled: false },
      lock: { enabled: false },
    }),
  );
  return file;
}
