import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { loadConfig } from '../../src/config/load.ts';
import type { HistoryLocation } from '../../src/history/store.ts';
import { historyLocation } from '../../src/run/history-location.ts';
import { type Certificate, makeCertificate } from '../../src/simulate/certificate.ts';
import type { ClusterState, Estate, NasState } from '../../src/simulate/estate.ts';
import { buildKubeConfig } from '../../src/simulate/kubernetes/kube-config.ts';
import { type KubernetesSimulator, startKubernetes } from '../../src/simulate/kubernetes/start.ts';
import { startTrueNas, type TrueNasSimulator } from '../../src/simulate/truenas/server.ts';
import { listenSmtp } from '../support/smtp.ts';
import { type Bucket, startBucket } from './bucket.ts';
import { zone } from './calendar.ts';
import { type Line, openLine } from './line.ts';
import { type Pushgateway, startPushgateway } from './pushgateway.ts';

/** A list that a system was asked for. */
export type Asked = ReturnType<System['simulator']['log']['calls']>[number];

export const recipient = 'storage@example.org';

export interface System {
  readonly simulator: KubernetesSimulator | TrueNasSimulator;
  readonly line: Line;
}

/** Where the systems of a month are, and where Strandline works. */
export interface Place {
  /** Address that everything listens on. */
  readonly host: string;
  readonly folder: string;
  /** History in a bucket, not in the folder. */
  readonly inBucket: boolean;
}

/** Everything around Strandline in one month: systems behind lines, mail, metrics, history, and the one true time. */
export class Bench {
  readonly deployment: string;
  readonly folder: string;
  readonly host: string;
  readonly bucket: Bucket | undefined;
  readonly pushgateway: Pushgateway;
  readonly systems = new Map<string, System>();
  /** Lists that the last attempt asked for which asked at all; a system that came tonight has none. */
  readonly #asked = new Map<string, readonly Asked[]>();
  /** Message-IDs of every mail that the server accepted. */
  readonly mailIds: string[] = [];
  mailIsRefused = false;
  refusedMails = 0;
  #startedAtMs = Date.now();
  #nightMs = 0;
  readonly #smtp: Awaited<ReturnType<typeof listenSmtp>>;
  readonly #certificate: Certificate;

  private constructor(
    seed: number,
    { host, folder }: Place,
    bucket: Bucket | undefined,
    pushgateway: Pushgateway,
    smtp: Awaited<ReturnType<typeof listenSmtp>>,
    certificate: Certificate,
  ) {
    this.deployment = `month-${seed}`;
    this.folder = folder;
    this.host = host;
    this.bucket = bucket;
    this.pushgateway = pushgateway;
    this.#smtp = smtp;
    this.#certificate = certificate;
  }

  static async open(seed: number, place: Place): Promise<Bench> {
    const { folder, host } = place;
    const bucket = place.inBucket ? await startBucket(join(folder, 'bucket'), host) : undefined;
    const smtp = await listenSmtp({
      host,
      disabledCommands: ['STARTTLS', 'AUTH'],
      refuse: () => {
        if (!bench.mailIsRefused) return undefined;
        bench.refusedMails += 1;
        return 451;
      },
    });
    const bench: Bench = new Bench(
      seed,
      place,
      bucket,
      await startPushgateway(host),
      smtp,
      await makeCertificate({ ips: [host] }),
    );
    for (const name of ['access', 'secret']) await writeFile(join(folder, name), 'example');
    return bench;
  }

  readonly now = (): Date => new Date(this.#nightMs + Date.now() - this.#startedAtMs);

  /** From now on it is that night, and every system holds what the estate says. */
  async beginNight(at: Date, estate: Estate): Promise<void> {
    this.#nightMs = at.getTime();
    this.#startedAtMs = Date.now();
    for (const state of estate.clusters) {
      const known = this.systems.get(`cluster/${state.name}`);
      if (known === undefined) await this.#addCluster(state);
      else (known.simulator as KubernetesSimulator).setState(state);
    }
    for (const state of estate.nases) {
      const known = this.systems.get(`nas/${state.name}`);
      if (known === undefined) await this.#addNas(state);
      else (known.simulator as TrueNasSimulator).setState(state);
    }
    await writeFile(this.configFile, stringify(this.#config(estate)));
  }

  get configFile(): string {
    return join(this.folder, 'strandline.yaml');
  }

  get resultFile(): string {
    return join(this.folder, 'out', 'result.json');
  }

  historyLocation(): HistoryLocation {
    const location = historyLocation(loadConfig({ file: this.configFile, env: {} }).config);
    if (location === undefined) throw new Error('the month needs history');
    return location;
  }

  askedLists(): { readonly simulator: System['simulator']; readonly calls: readonly Asked[] }[] {
    return [...this.systems].flatMap(([name, { simulator }]) => {
      const calls = this.#listsOf(name, simulator);
      return calls.length > 0 ? [{ simulator, calls }] : [];
    });
  }

  /** Before an attempt. One that is killed early asks for nothing, so what was asked before is kept. */
  forgetCalls(): void {
    for (const [name, { simulator }] of this.systems) {
      this.#asked.set(name, this.#listsOf(name, simulator));
      simulator.log.clear();
    }
  }

  #listsOf(name: string, { log }: System['simulator']): readonly Asked[] {
    const calls = log.calls().filter(({ call }) => isList(call));
    return calls.length > 0 ? calls : (this.#asked.get(name) ?? []);
  }

  /** Takes over the mails that came in since the last call. */
  takeMails(): readonly string[] {
    const ids = this.#smtp.mails.splice(0).map(({ raw }) => {
      const id = /^message-id:\s*<([^@>]+)@/im.exec(raw.toString('utf8'))?.[1];
      if (id === undefined) throw new Error('a mail without Message-ID');
      return id;
    });
    this.mailIds.push(...ids);
    return ids;
  }

  async close(): Promise<void> {
    const systems = [...this.systems.values()];
    await Promise.all(systems.flatMap(({ simulator, line }) => [line.close(), simulator.close()]));
    await Promise.all([this.#smtp.close(), this.pushgateway.close(), this.bucket?.close()]);
    await rm(this.folder, { recursive: true, force: true });
  }

  async #addCluster(state: ClusterState): Promise<void> {
    const { now, host } = this;
    const simulator = await startKubernetes(state, { now, host, certificate: this.#certificate });
    const line = await openLine(simulator.port, host);
    this.systems.set(`cluster/${state.name}`, { simulator, line });
    const { caPem, token } = simulator;
    const url = `https://${host}:${line.port}`;
    const file = join(this.folder, `${state.name}.kubeconfig`);
    await writeFile(file, buildKubeConfig({ name: state.name, url, caPem, token }), { mode: 0o600 });
  }

  async #addNas(state: NasState): Promise<void> {
    const { now, host } = this;
    const simulator = await startTrueNas(state, { now, host, certificate: this.#certificate });
    const line = await openLine(simulator.port, host);
    this.systems.set(`nas/${state.name}`, { simulator, line });
    await writeFile(join(this.folder, `${state.name}.pem`), simulator.caPem);
    await writeFile(join(this.folder, `${state.name}.key`), state.users[0]?.apiKey ?? '', { mode: 0o600 });
  }

  #config(estate: Estate): Record<string, unknown> {
    const portOf = (system: string) => this.systems.get(system)?.line.port;
    return {
      deployment: this.deployment,
      ...estate.config,
      clusters: estate.clusters.map(({ name }) => ({ name, kubeconfig: `${name}.kubeconfig` })),
      nas: estate.nases.map(({ name, users }) => ({
        name,
        aliases: ['10.9.0.5'],
        url: `https://${this.host}:${portOf(`nas/${name}`)}`,
        username: users[0]?.username,
        apiKeyFile: `${name}.key`,
        tls: { caFile: `${name}.pem` },
      })),
      history: this.#history(),
      lock: { enabled: false },
      log: { level: 'warn', format: 'json' },
      report: { timeZone: zone },
      output: { dir: 'out', formats: ['json'], keep: { count: 0, days: 0 } },
      email: {
        host: this.host,
        port: this.#smtp.port,
        security: 'none',
        from: 'strandline@example.org',
        recipients: [{ to: recipient }],
        when: 'always',
        attach: [],
        timeout: '20s',
      },
      pushgateway: { url: this.pushgateway.url, timeout: '20s' },
      limits: { callTimeout: '30s', scanDeadline: '2m', pageSize: 40 },
    };
  }

  #history(): Record<string, unknown> {
    if (this.bucket === undefined) return { dir: 'history' };
    const keys = { accessKeyIdFile: 'access', secretAccessKeyFile: 'secret' };
    return { s3: { bucket: 'history', endpoint: this.bucket.url, forcePathStyle: true, ...keys, timeout: '20s' } };
  }
}

/** Answers that a verdict rests on; what a version or an identity is, is none. */
function isList(call: string): boolean {
  return /\/apis?\/.*\/(persistentvolume|pods|volume|storageclasses|deployments|statefulsets)|\.query$|\/(pool|sharing|iscsi|zfs)\//.test(
    call,
  );
}
