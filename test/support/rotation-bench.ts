import { writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import type { NasUserState } from '../../src/simulate/estate.ts';
import { type Fault, FaultInjector } from '../../src/simulate/faults.ts';
import { type KubernetesSimulator, startKubernetes } from '../../src/simulate/kubernetes/start.ts';
import { keysOf } from '../../src/simulate/truenas/accounts.ts';
import { Nas } from '../../src/simulate/truenas/nas.ts';
import { startTrueNas, type TrueNasSimulator } from '../../src/simulate/truenas/server.ts';
import { makeClusterState, makeObject } from './cluster-state.ts';
import { type FakeVault, startFakeVault } from './fake-vault.ts';
import { testCertificate } from './loopback.ts';
import { makeNasState, scanKey } from './nas-state.ts';
import { runWired } from './run-wired.ts';

export const rotationKey = '31-managesKeysEXAMPLEmanagesKeysEXAMPLE';

/** A NAS with our account and one that manages keys, and both places that a key can be written to. */
export interface RotationBench {
  readonly nas: TrueNasSimulator;
  readonly cluster: KubernetesSimulator;
  readonly vault: FakeVault;
  readonly configFile: string;
  readonly historyDir: string;
  /** What a client is told the time is; the NAS goes by it too. */
  at: Date;
  run(argv?: readonly string[]): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>;
  /** The key in the store. */
  stored(): Promise<string>;
  /** Ids of the keys of our account on the NAS. */
  keyIds(): readonly number[];
  /** A fresh login with it. */
  lets(key: string): boolean;
  close(): Promise<void>;
}

export interface BenchOptions {
  readonly store: 'kubernetes' | 'vault';
  /** Where files are written: `useTemporaryFolder().file`. */
  readonly file: (name: string) => string;
  readonly rotation?: object;
  readonly nas?: object;
  readonly users?: readonly NasUserState[];
  readonly faults?: FaultInjector;
  /** A bench whose servers died: its state goes on. */
  readonly after?: RotationBench;
}

export const ourUsers: readonly NasUserState[] = [
  { username: 'k8s-scan', apiKey: scanKey, roles: ['READONLY_ADMIN'] },
  { username: 'key-master', apiKey: rotationKey, roles: ['API_KEY_WRITE'] },
];

const placeOf = { kubernetes: 'kubernetes:strandline/credentials#nas01', vault: 'vault:strandline/nas01#apiKey' };
const secretPath = '/api/v1/namespaces/strandline/secrets/credentials';

let number = 0;

export async function openRotationBench(options: BenchOptions): Promise<RotationBench> {
  const { file, after, store } = options;
  const faults = options.faults ?? new FaultInjector();
  const clock = { at: after?.at ?? new Date('2026-11-24T02:00:00Z') };
  const state = after?.nas.state ?? makeNasState({ users: options.users ?? ourUsers });
  const nas = await startTrueNas(state, { now: () => clock.at, faults });
  const key = after === undefined ? scanKey : await after.stored();
  const data = { nas01: Buffer.from(key).toString('base64'), other: Buffer.from('stays').toString('base64') };
  const secret = makeObject('v1', 'Secret', 'credentials', { data }, { namespace: 'strandline' });
  const verbs = ['get', 'patch'];
  const cluster = await startKubernetes(makeClusterState([secret]), {
    faults,
    rights: [{ group: '', resource: 'secrets', verbs, namespace: 'strandline', name: 'credentials' }],
  });
  const vault = after?.vault ?? (await startFakeVault());
  if (after === undefined) vault.secrets.set('strandline/nas01', { apiKey: scanKey, other: 'stays' });
  vault.tokens.add('hvs.rotate');
  writeFileSync(file('nas.pem'), nas.caPem);
  writeFileSync(file('kubeconfig'), cluster.kubeconfig);
  writeFileSync(file('master'), rotationKey);
  writeFileSync(file('token'), 'hvs.rotate');
  writeFileSync(file('vault.pem'), (await testCertificate()).caPem);
  const configFile = file('strandline.yaml');
  number += 1;
  const historyDir = after?.historyDir ?? file(`history-${number}`);
  const rotation = { apiKeyFile: 'master', username: 'key-master', ...options.rotation };
  writeFileSync(
    configFile,
    stringify({
      clusters: [{ name: 'prod', kubeconfig: 'kubeconfig' }],
      nas: [
        {
          ...{
            name: 'nas01',
            url: nas.url,
            username: 'k8s-scan',
            apiKeyFile: placeOf[store],
            tls: { caFile: 'nas.pem' },
          },
          ...{ rotation, ...options.nas },
        },
      ],
      vault: { url: vault.url, auth: { method: 'token', tokenFile: 'token' }, tls: { caFile: 'vault.pem' } },
      history: { dir: historyDir },
      limits: { callTimeout: '3s' },
    }),
  );
  return {
    ...{ nas, cluster, vault, configFile, historyDir },
    get at() {
      return clock.at;
    },
    set at(at) {
      clock.at = at;
    },
    run: (argv = ['--apply']) =>
      runWired(['credentials', 'rotate', '--config', configFile, '--log-level', 'debug', ...argv], {
        now: () => clock.at,
      }),
    stored: async () =>
      store === 'vault' ? (vault.secrets.get('strandline/nas01')?.['apiKey'] ?? '') : inSecret(cluster),
    keyIds: () =>
      keysOf(nas.state.users[0] ?? { username: '', roles: [] }).map(({ key: text }) => Number(text.split('-')[0])),
    lets: (text) => typeof new Nas(nas.state, () => clock.at).checkKey(text) !== 'string',
    async close() {
      await Promise.all([nas.close(), cluster.close()]);
      if (options.faults === undefined) await vault.close();
    },
  };
}

/** As the API server would answer now, whatever faults are set. */
async function inSecret(cluster: KubernetesSimulator): Promise<string> {
  const { data } = cluster.peek(secretPath) as { readonly data: Readonly<Record<string, string>> };
  return Buffer.from(data['nas01'] ?? '', 'base64').toString();
}

/**
 * The program dies with its n-th call, for whatever it does afterwards reaches nobody. That call itself takes effect
 * without an answer, or does not arrive.
 */
export class DeathAt extends FaultInjector {
  readonly #at: number;
  readonly #takesEffect: boolean;
  #calls = 0;

  constructor(at: number, takesEffect: boolean) {
    super();
    this.#at = at;
    this.#takesEffect = takesEffect;
  }

  get hasStruck(): boolean {
    return this.#calls >= this.#at;
  }

  override take(system: string, call: string): Fault | undefined {
    this.#calls += 1;
    if (!this.hasStruck) return undefined;
    return { system, call, kind: this.#calls === this.#at && this.#takesEffect ? 'cut' : 'unavailable' };
  }
}
