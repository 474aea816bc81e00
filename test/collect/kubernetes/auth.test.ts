import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createProxy } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadClusterAuth } from '../../../src/collect/kubernetes/auth.ts';
import { openCluster } from '../../../src/collect/kubernetes/index.ts';
import { ConfigError } from '../../../src/errors.ts';
import { silentLogger } from '../../../src/model/logger.ts';
import type { ClusterTarget } from '../../../src/model/targets.ts';
import { makeCertificate } from '../../../src/simulate/certificate.ts';
import { redact } from '../../../src/util/secret.ts';
import { makeClusterState } from '../../support/cluster-state.ts';
import { closeSimulated, type Opened, type OpenOptions, openSimulated } from '../../support/open-simulated.ts';

type Draft = {
  clusters: { name: string; cluster: Record<string, unknown> }[];
  users: { name: string; user: Record<string, unknown> }[];
  contexts: { name: string; context: Record<string, unknown> }[];
  'current-context'?: string;
};

describe('[U] collect/kubernetes/auth', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'strandline-auth-'));
  });
  afterEach(async () => {
    await closeSimulated();
    await rm(folder, { recursive: true });
  });

  it('logs in with a client certificate', async () => {
    const ca = await makeCertificate({ names: ['client-ca'] });
    const client = await makeCertificate({ names: ['scanner'], ca });
    const opened = await open({ simulator: { clientCaPem: ca.cert } }, (config) => {
      config.users = [
        {
          name: 'prod-scanner',
          user: { 'client-certificate-data': base64(client.cert), 'client-key-data': base64(client.key) },
        },
      ];
    });

    assert.equal(await codeOf(opened), 'ok');
  });

  it('takes the token from a file', async () => {
    const file = join(folder, 'token');
    await writeFile(file, 'sim-prod-token\n');
    const opened = await open({}, (config) => {
      config.users = [{ name: 'prod-scanner', user: { tokenFile: file } }];
    });

    assert.equal(await codeOf(opened), 'ok');
  });

  it('asks a credential plugin, tells it what for, and asks again when its token has ended', async () => {
    const calls = join(folder, 'calls');
    const script = [
      `echo "$KUBERNETES_EXEC_INFO $ZONE" >> ${calls}`,
      'echo \'{"kind":"ExecCredential","status":{"token":"sim-prod-token","expirationTimestamp":"2020-01-01T00:00:00Z"}}\'',
    ];
    const command = await writePlugin(script);
    const env = [{ name: 'ZONE', value: 'north' }];
    const opened = await open({}, (config) => {
      config.users = [
        { name: 'prod-scanner', user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command, env } } },
      ];
    });

    assert.equal(await codeOf(opened), 'ok');

    const { readFile } = await import('node:fs/promises');
    const lines = (await readFile(calls, 'utf8')).trim().split('\n');
    assert.ok(lines.length > 1);
    assert.match(lines[0] ?? '', /"kind":"ExecCredential".* north$/);
  });

  it('asks a credential plugin once while its token holds', async () => {
    const calls = join(folder, 'calls');
    const command = await writePlugin([`echo . >> ${calls}`, 'echo \'{"status":{"token":"sim-prod-token"}}\'']);
    const opened = await open({}, (config) => {
      config.users = [{ name: 'prod-scanner', user: { exec: { command } } }];
    });

    await opened.cluster.collect();

    const { readFile } = await import('node:fs/promises');
    assert.equal(await readFile(calls, 'utf8'), '.\n');
  });

  const plugins: readonly (readonly [string, readonly string[]])[] = [
    ['fails', ['echo hunter2 >&2', 'exit 3']],
    ['answers no JSON', ['echo hunter2']],
    ['answers without credential', ['echo \'{"status":{}}\'']],
    ['never ends', ['exec sleep 30']],
  ];
  for (const [what, script] of plugins) {
    it(`fails every section as unauthenticated when the plugin ${what}, without quoting it`, async () => {
      const command = await writePlugin(script);
      const opened = await open({ target: { callTimeoutMs: 1_500 } }, (config) => {
        config.users = [{ name: 'prod-scanner', user: { exec: { command } } }];
      });

      const { persistentVolumes } = (await opened.cluster.collect(['persistentVolumes'])).sections;

      assert.ok(!persistentVolumes.ok);
      assert.equal(persistentVolumes.error.code, 'unauthenticated');
      assert.ok(!JSON.stringify(persistentVolumes).includes('hunter2'));
    });
  }

  it('fails as tls with another CA, and as unauthenticated with another token', async () => {
    const other = await makeCertificate();
    const wrongCa = await open({}, (config) => {
      for (const { cluster } of config.clusters) cluster['certificate-authority-data'] = base64(other.cert);
    });
    const wrongToken = await open({}, (config) => {
      config.users = [{ name: 'prod-scanner', user: { token: 'another' } }];
    });

    assert.equal(await codeOf(wrongCa), 'tls');
    assert.equal(await codeOf(wrongToken), 'unauthenticated');
  });

  it('refuses a server whose key is not the pinned one', async () => {
    const right = await makeCertificate();
    const simulator = { certificate: right };

    assert.equal(await codeOf(await open({ simulator, target: { tls: { pins: [right.spkiPin] } } })), 'ok');
    const pins = [(await makeCertificate()).spkiPin];
    assert.equal(await codeOf(await open({ simulator, target: { tls: { pins } } })), 'tls');
  });

  it('chooses the context by name, and names the known ones otherwise', async () => {
    const file = join(folder, 'kubeconfig');
    const config = JSON.parse(kubeconfig('https://first:6443')) as Draft;
    config.clusters.push({ name: 'd', cluster: { server: 'https://second:6443' } });
    config.contexts.push({ name: 'y', context: { cluster: 'd', user: 'u' } });
    await writeFile(file, JSON.stringify(config));
    const choose = (context: string) => loadClusterAuth({ ...target(), source: { kind: 'kubeconfig', file, context } });

    assert.equal((await choose('y')).server, 'https://second:6443');
    await assert.rejects(
      choose('z'),
      (error) => error instanceof ConfigError && error.remedy === 'Choose one of: x, y.',
    );
  });

  it('refuses plain http unless the kubeconfig says insecure', async () => {
    const simulator = { tls: false };

    assert.equal(await codeOf(await open({ simulator })), 'ok');
    const secured = (config: Draft) => {
      for (const { cluster } of config.clusters) delete cluster['insecure-skip-tls-verify'];
    };
    await assert.rejects(open({ simulator }, secured), /plain http/);
  });

  it('says of a kubeconfig that checks no certificate that it does, in the inventory and as a warning', async () => {
    const warnings: unknown[] = [];
    const warn = (...line: unknown[]) => warnings.push(line);
    const log = { ...silentLogger, warn, child: () => log };
    const insecure = (config: Draft) => {
      for (const { cluster } of config.clusters) {
        delete cluster['certificate-authority-data'];
        cluster['insecure-skip-tls-verify'] = true;
      }
    };
    const opened = await open({ deps: { log } }, insecure);

    const { weakTls, sections } = await opened.cluster.collect(['persistentVolumes']);

    assert.equal(sections.persistentVolumes.ok, true);
    const what = 'any certificate is accepted (insecure-skip-tls-verify in the kubeconfig)';
    assert.deepEqual(weakTls, [what]);
    assert.deepEqual(warnings, [[{ what }, 'a connection is weaker than the default']]);
    assert.equal((await (await open({})).cluster.collect([])).weakTls, undefined);
  });

  it('says nothing of it when a pin makes up for it, and says plain http where it leaves the machine', async () => {
    const file = join(folder, 'kubeconfig');
    const weakTls = async (server: string, pins: readonly string[] = []) => {
      await writeFile(file, kubeconfig(server, { 'insecure-skip-tls-verify': true }));
      return (await loadClusterAuth({ ...target(), source: { kind: 'kubeconfig', file }, tls: { pins } })).weakTls;
    };

    assert.match((await weakTls('https://first:6443')).join(), /any certificate/);
    assert.deepEqual(await weakTls('https://first:6443', ['sha256/x']), []);
    assert.match((await weakTls('http://first:8001')).join(), /clear text/);
    assert.deepEqual(await weakTls('http://127.0.0.1:8001'), []);
  });

  it('goes through the proxy that the kubeconfig names', async () => {
    const asked: string[] = [];
    const proxy = createProxy().on('connect', (request, socket) => {
      asked.push(request.url ?? '');
      const [host = '', port = ''] = (request.url ?? '').split(':');
      const upstream = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.pipe(socket).pipe(upstream);
      });
      upstream.on('error', () => socket.destroy());
      socket.on('error', () => upstream.destroy());
    });
    await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
    const { port } = proxy.address() as AddressInfo;
    const opened = await open({}, (config) => {
      for (const { cluster } of config.clusters) cluster['proxy-url'] = `http://127.0.0.1:${port}`;
    });

    assert.equal(await codeOf(opened), 'ok');
    assert.ok(asked.length > 0);
    opened.cluster.close();
    proxy.closeAllConnections();
    proxy.close();
  });

  it('merges the files of KUBECONFIG, the first that names something wins', async () => {
    const [first, second] = [join(folder, 'a'), join(folder, 'b')];
    await writeFile(first, kubeconfig('https://first:6443'));
    await writeFile(second, kubeconfig('https://second:6443'));

    const { server } = await load({ KUBECONFIG: `${join(folder, 'missing')}:${first}:${second}` });

    assert.equal(server, 'https://first:6443');
  });

  it('takes ~/.kube/config', async () => {
    await mkdir(join(folder, '.kube'));
    await writeFile(join(folder, '.kube', 'config'), kubeconfig('https://home:6443/'));

    assert.equal((await load({ HOME: folder })).server, 'https://home:6443');
  });

  it('takes the service account of the pod, and cleans its token out of texts', async () => {
    const mounted = join(folder, 'var/run/secrets/kubernetes.io/serviceaccount');
    await mkdir(mounted, { recursive: true });
    const { cert } = await makeCertificate();
    await writeFile(join(mounted, 'ca.crt'), cert);
    await writeFile(join(mounted, 'token'), 'token-of-the-pod\n');
    const before = { host: process.env['KUBERNETES_SERVICE_HOST'], port: process.env['KUBERNETES_SERVICE_PORT'] };
    Object.assign(process.env, { KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '443' });
    try {
      const auth = await loadClusterAuth(
        { ...target(), source: { kind: 'inCluster' } },
        { serviceAccountRoot: folder },
      );

      assert.equal(auth.server, 'https://10.96.0.1:443');
      assert.equal(auth.isInCluster, true);
      assert.equal(String(auth.connect.ca), cert);
      assert.equal((await auth.headers())['authorization'], 'Bearer token-of-the-pod');
      assert.equal(redact('a token-of-the-pod b'), 'a [redacted] b');
    } finally {
      restore('KUBERNETES_SERVICE_HOST', before.host);
      restore('KUBERNETES_SERVICE_PORT', before.port);
    }
  });

  const unusable: readonly (readonly [string, string | undefined, RegExp])[] = [
    ['does not exist', undefined, /does not exist/],
    ['is no YAML', '{[', /is no valid kubeconfig/],
    ['has no context', '{"clusters":[],"users":[],"contexts":[]}', /is not in/],
    [
      'names a CA file that is gone',
      kubeconfig('https://x:6443', { 'certificate-authority': '/nowhere/ca.crt' }),
      /\/nowhere\/ca.crt.*cannot be read/,
    ],
    ['names a server that is no URL', kubeconfig('x:6443'), /no valid URL/],
  ];
  for (const [what, text, message] of unusable) {
    it(`is a configuration error when the kubeconfig ${what}`, async () => {
      const file = join(folder, 'kubeconfig');
      if (text !== undefined) await writeFile(file, text);
      const deps = { log: silentLogger, signal: new AbortController().signal };

      await assert.rejects(
        openCluster({ ...target(), source: { kind: 'kubeconfig', file } }, deps),
        (error) => error instanceof ConfigError && message.test(error.message) && error.remedy !== undefined,
      );
    });
  }

  it('says that there is no kubeconfig at all, and never tries localhost', async () => {
    await assert.rejects(load({ HOME: folder }), /there is no kubeconfig/);
  });

  async function writePlugin(lines: readonly string[]): Promise<string> {
    const file = join(folder, 'plugin');
    await writeFile(file, ['#!/bin/sh', ...lines, ''].join('\n'));
    await chmod(file, 0o755);
    return file;
  }

  function load(env: Readonly<Record<string, string>>) {
    return loadClusterAuth(target(), { env, serviceAccountRoot: folder });
  }
});

function open(options: OpenOptions, change: (config: Draft) => void = () => {}): Promise<Opened> {
  const kubeconfigText = (text: string) => {
    const config = JSON.parse(text) as Draft;
    change(config);
    return JSON.stringify(config);
  };
  return openSimulated(makeClusterState(), { ...options, kubeconfig: kubeconfigText });
}

async function codeOf({ cluster }: Opened): Promise<string> {
  const { nodes } = (await cluster.collect(['nodes'])).sections;
  return nodes.ok ? 'ok' : nodes.error.code;
}

function target(): ClusterTarget {
  return { name: 'prod', source: { kind: 'kubeconfig' }, tls: {}, callTimeoutMs: 1_000, pageSize: 500 };
}

function kubeconfig(server: string, cluster: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    clusters: [{ name: 'c', cluster: { server, ...cluster } }],
    users: [{ name: 'u', user: { token: 'a-token' } }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  });
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
