import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { stringify } from 'yaml';
import { loadConfig } from '../../src/config/load.ts';
import type { HealthReport } from '../../src/model/health.ts';
import { silentLogger } from '../../src/model/logger.ts';
import { wirePorts } from '../../src/run/wire.ts';
import { makeCertificate } from '../../src/simulate/certificate.ts';
import { readOnlyRights } from '../../src/simulate/kubernetes/access.ts';
import { type KubernetesOptions, startKubernetes } from '../../src/simulate/kubernetes/start.ts';
import { startTrueNas } from '../../src/simulate/truenas/server.ts';
import { makeClusterState } from '../support/cluster-state.ts';
import { makeNasState } from '../support/nas-state.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

type NasState = Parameters<typeof startTrueNas>[0];

/** The first step that is not passed, as a user reads it; undefined when all are. */
function firstProblem({ steps }: HealthReport): string | undefined {
  const step = steps.find(({ status }) => status !== 'passed');
  return step === undefined ? undefined : `${step.status} ${step.name}: ${step.detail} | ${step.remedy}`;
}

describe('[I] run/health', () => {
  const folder = useTemporaryFolder();
  const closers: (() => Promise<unknown>)[] = [];

  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });

  async function check(config: Record<string, unknown>): Promise<HealthReport> {
    const file = folder.file('strandline.yaml');
    writeFileSync(file, stringify(config));
    const [report] = await wirePorts({ retry: { retries: 0 } }).checkHealth(loadConfig({ file, env: {} }).config, {
      logger: silentLogger,
      now: () => new Date(),
      scanId: 'health',
      runId: 'health',
      signal: new AbortController().signal,
      progress: () => {},
    });
    assert.ok(report);
    return report;
  }

  function checkNas(nas: Record<string, unknown>, key = '1-wrong'): Promise<HealthReport> {
    writeFileSync(folder.file('key'), key);
    return check({ nas: [{ name: 'nas01', username: makeNasState().users[0]?.username, apiKeyFile: 'key', ...nas }] });
  }

  async function startNas(change: Partial<NasState> = {}, options: Parameters<typeof startTrueNas>[1] = {}) {
    const nas = await startTrueNas(makeNasState(change), options);
    closers.push(() => nas.close());
    writeFileSync(folder.file('ca.pem'), nas.caPem);
    return { nas, trusted: { url: nas.url, tls: { caFile: 'ca.pem' } }, key: nas.state.users[0]?.apiKey ?? '' };
  }

  async function listen(server: {
    listen: (port: number, host: string, done: () => void) => unknown;
    address: () => unknown;
    close: () => unknown;
  }) {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    closers.push(async () => server.close());
    return (server.address() as AddressInfo).port;
  }

  const notes: Readonly<Record<string, readonly string[]>> = {
    'core-13': ['the account may do everything; reading is enough'],
    '24.10': ['TrueNAS 24.10 has no auth.me'],
  };
  for (const release of ['core-13', '24.10', '25.04', '25.10', '26'] as const) {
    it(`passes a NAS of ${release}, every step timed`, async () => {
      const { trusted, key } = await startNas({ release });

      const report = await checkNas(trusted, key);

      const names = report.steps.map(({ name }) => name);
      assert.deepEqual(names, ['dns', 'tcp', 'tls', 'login', 'rights', 'call']);
      const bad = report.steps.filter(({ status }) => status !== 'passed');
      assert.deepEqual(
        bad.map(({ detail }) => detail),
        notes[release] ?? [],
      );
      const login = report.steps.find(({ name }) => name === 'login');
      assert.match(login?.detail ?? '', release < '25' || release === 'core-13' ? / over rest$/ : / over jsonrpc$/);
      for (const name of ['dns', 'tcp', 'tls', 'login', 'call'])
        assert.ok((report.steps.find((step) => step.name === name)?.durationMs ?? -1) >= 0, name);
    });
  }

  it('says that a host name is not known', async () => {
    const report = await checkNas({ url: 'https://nas01.invalid' });

    assert.match(
      firstProblem(report) ?? '',
      /^failed dns: name nas01\.invalid failed: the host name .*\((ENOTFOUND|EAI_AGAIN)\) \| Check /,
    );
    assert.deepEqual(
      report.steps.slice(1).map(({ name, status }) => `${name} ${status}`),
      ['tcp skipped', 'tls skipped', 'login skipped', 'rights skipped', 'call skipped'],
    );
  });

  it('says that nobody listens on a port', async () => {
    const server = createTcpServer();
    const port = await listen(server);
    await closers.pop()?.();

    const report = await checkNas({ url: `https://127.0.0.1:${port}` });

    assert.match(
      firstProblem(report) ?? '',
      /^failed tcp: .*nobody listens there \(ECONNREFUSED\) \| Check the port, and that the service runs there\.$/,
    );
  });

  it('says that a port speaks plain HTTP', async () => {
    const port = await listen(createHttpServer((_, response) => response.end('hello')));

    const report = await checkNas({ url: `https://127.0.0.1:${port}` });

    assert.match(
      firstProblem(report) ?? '',
      /^failed tls: .*the port answers without TLS .*\| Configure the HTTPS port/,
    );
  });

  it('says that a key would be revoked if it went over http://', async () => {
    const { nas, key } = await startNas({}, { tls: false });

    const { steps } = await checkNas({ url: nas.url, allowPlaintext: true }, key);

    const [tls, login] = ['tls', 'login'].map((name) => steps.find((step) => step.name === name));
    assert.deepEqual([tls?.status, login?.status], ['warned', 'failed']);
    assert.match(login?.detail ?? '', /would revoke an API key that comes over http/);
    assert.match(login?.remedy ?? '', /^Use https/);
  });

  it('says that a certificate has expired', async () => {
    const old = await makeCertificate({ ips: ['127.0.0.1'], notBefore: new Date('2025-01-01T00:00:00Z'), days: 30 });
    const { trusted, key } = await startNas({}, { certificate: old });

    const report = await checkNas(trusted, key);

    assert.match(
      firstProblem(report) ?? '',
      /^failed tls: .*the certificate has expired \| Renew the certificate on the server\.$/,
    );
  });

  it('says that the certificate is not of the configured CA, is for another name, or is not the pinned one', async () => {
    const { nas, trusted, key } = await startNas();
    writeFileSync(folder.file('other.pem'), (await makeCertificate()).caPem);
    const elsewhere = await makeCertificate({ names: ['nas02'], ips: ['10.0.0.1'] });
    const named = await startNas({}, { certificate: elsewhere });

    const wrongCa = await checkNas({ url: nas.url, tls: { caFile: 'other.pem' } }, key);
    const wrongName = await checkNas(named.trusted, key);
    const pins = { pins: [(await makeCertificate()).spkiPin] };
    const wrongPin = await checkNas({ url: trusted.url, tls: pins }, key);

    assert.match(
      firstProblem(wrongCa) ?? '',
      /^failed tls: .*certificate is self-signed.*\| Give the CA or the certificate/,
    );
    assert.match(
      firstProblem(wrongName) ?? '',
      /^failed tls: .*for another host name \| Use a name that is in the certificate/,
    );
    assert.match(firstProblem(wrongPin) ?? '', /^failed tls: .*another key than the pinned one \| Compare the pin/);
  });

  for (const release of ['24.10', '25.04', '25.10', '26'] as const) {
    it(`says that a NAS of ${release} refuses a wrong key`, async () => {
      const { trusted } = await startNas({ release });

      const report = await checkNas(trusted, '1-wrong');

      assert.match(firstProblem(report) ?? '', /^failed login: .*\| (Create a new API key|Check the credential)/);
      assert.deepEqual(
        report.steps.slice(-2).map(({ status }) => status),
        ['skipped', 'skipped'],
      );
    });
  }

  it('passes a key that can only read, names roles that are missing, and warns of one that can do everything', async () => {
    const withRoles = async (roles: readonly string[]) => {
      const [user] = makeNasState().users;
      assert.ok(user);
      const { trusted, key } = await startNas({ users: [{ ...user, roles: [...roles] }] });
      return checkNas(trusted, key);
    };

    const full = await withRoles(['FULL_ADMIN']);
    const some = await withRoles(['DATASET_READ', 'POOL_READ']);

    assert.equal(firstProblem(await withRoles(['READONLY_ADMIN'])), undefined);
    assert.match(firstProblem(full) ?? '', /^warned rights: .* may do everything; reading is enough \| Make a user/);
    assert.match(
      firstProblem(some) ?? '',
      /^failed rights: .* lacks ALERT_LIST_READ, .*SNAPSHOT_READ.* \| Give READONLY_ADMIN/,
    );
    assert.ok(
      some.steps.some(
        ({ name, status, remedy }) => name === 'call' && status === 'failed' && /role/.test(remedy ?? ''),
      ),
    );
  });

  async function checkCluster(options: KubernetesOptions = {}, token?: string): Promise<HealthReport> {
    const simulator = await startKubernetes(makeClusterState([]), { rights: readOnlyRights, ...options });
    closers.push(() => simulator.close());
    const { kubeconfig } = simulator;
    writeFileSync(folder.file('kube'), token === undefined ? kubeconfig : kubeconfig.replace(simulator.token, token));
    return check({ clusters: [{ name: 'prod', kubeconfig: folder.file('kube') }] });
  }

  it('passes a cluster whose account has the rights and no more', async () => {
    const report = await checkCluster();

    assert.equal(firstProblem(report), undefined);
    assert.match(report.steps.find(({ name }) => name === 'rights')?.detail ?? '', /^(\d+) of \1 rights, and no more$/);
  });

  it('says that a token is refused, that a right is missing, and that an account can do more than it needs', async () => {
    const refused = await checkCluster({}, 'wrong');
    const narrow = await checkCluster({ rights: readOnlyRights.filter(({ resource }) => resource !== 'csinodes') });
    const wide = await checkCluster({ rights: [{ group: '*', resource: '*', verbs: ['*'] }] });

    assert.match(firstProblem(refused) ?? '', /^failed login: .*\| Renew the token/);
    assert.match(
      firstProblem(narrow) ?? '',
      /^failed rights: it may not list csinodes\.storage\.k8s\.io \| Apply the ClusterRole/,
    );
    assert.match(firstProblem(wide) ?? '', /^warned rights: it may also do everything \| Use the ServiceAccount/);
  });

  it('says that a cluster shows a certificate of another CA', async () => {
    const report = await checkCluster({
      certificate: { ...(await makeCertificate()), caPem: (await makeCertificate()).caPem },
    });

    assert.match(firstProblem(report) ?? '', /^failed tls: .*certificate.*\| /);
  });
});
