import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { releaseEstate } from '../../../fixtures/estates/checks/releases.ts';
import { type EstateServers, startEstateServers } from '../../../src/cli/demo/estate-servers.ts';
import { buildConfigSchema, type SchemaNode } from '../../../src/config/schema-tree.ts';
import { makeCertificate } from '../../../src/simulate/certificate.ts';
import type { Estate, KubeObject } from '../../../src/simulate/estate.ts';
import type { Fault } from '../../../src/simulate/faults.ts';
import { readOnlyRights } from '../../../src/simulate/kubernetes/access.ts';
import { keysOf } from '../../../src/simulate/truenas/accounts.ts';
import { Canaries, textOf, textsBelow } from '../../support/canaries.ts';
import { makeObject } from '../../support/cluster-state.ts';
import { type FakeVault, startFakeVault } from '../../support/fake-vault.ts';
import { type Loopback, listen, testCertificate } from '../../support/loopback.ts';
import { runWired } from '../../support/run-wired.ts';
import { listenSmtp, type SmtpBench } from '../../support/smtp.ts';
import { useTemporaryFolder } from '../../support/temporary-folder.ts';

/**
 * Every credential slot of the config holds a secret that exists nowhere else; then whole runs go well and wrong in
 * every way, with far ends that quote in their errors what they were sent. Each run has canaries of its own: a secret
 * that an earlier run taught the redacting net would be caught by it.
 */

/** Files of the config that hold no secret. */
const openFiles = ['caFile', 'certFile', 'logoFile', 'templateFile', 'jwksFile', 'metricsFile'];
/** Slots of parts that do not take part in a scan; their own tests look after them. */
const elsewhere = ['serve.keyFile'];

interface Bench {
  readonly canaries: Canaries;
  readonly servers: EstateServers;
  readonly vault: FakeVault;
  readonly configFile: string;
  readonly env: Readonly<Record<string, string>>;
  /** What the far ends of deliveries were sent, without the headers that carry credentials. */
  readonly received: string[];
  close(): Promise<void>;
}

interface Case {
  readonly name: string;
  readonly release: '24.10' | '25.10';
  readonly faults?: readonly Fault[];
  /** `echo`: every delivery is answered with 500 and the whole request, credentials included. */
  readonly sinks?: 'well' | 'echo' | 'gone';
  readonly oauth2?: boolean;
  readonly byPassword?: boolean;
  /** History in a bucket that answers 403 and quotes the request. */
  readonly s3?: boolean;
  /** The token of the Pushgateway comes from Vault; refused or not. */
  readonly vault?: 'kubernetes' | 'approle' | 'token' | 'token of the environment' | 'refused';
  /** The token of the Pushgateway comes from a Secret by the API; the right to it is there or not. */
  readonly secret?: 'well' | 'refused';
  /** The key is rotated after the scan: well; the store refuses; the NAS fails in the middle and quotes. */
  readonly rotate?: 'well' | 'refused' | 'fails';
  readonly code: number;
}

const every = (kind: Fault['kind']): readonly Fault[] => [{ system: '*', call: '*', kind }];

const cases: readonly Case[] = [
  { name: 'all is well', release: '25.10', code: 0 },
  { name: 'all is well over REST, with a password', release: '24.10', byPassword: true, code: 0 },
  { name: 'deliveries answer 500 and quote the request', release: '25.10', sinks: 'echo', oauth2: true, code: 5 },
  { name: 'the bucket of history refuses and quotes', release: '25.10', s3: true, sinks: 'echo', code: 4 },
  { name: 'Vault lets a pod in', release: '25.10', vault: 'kubernetes', code: 0 },
  { name: 'Vault lets an AppRole in', release: '25.10', vault: 'approle', code: 0 },
  { name: 'Vault takes a token', release: '25.10', vault: 'token', code: 0 },
  { name: 'Vault takes a token of the environment', release: '25.10', vault: 'token of the environment', code: 0 },
  { name: 'Vault refuses and quotes the login', release: '25.10', vault: 'refused', code: 5 },
  { name: 'a Secret is asked for by the API', release: '25.10', secret: 'well', code: 0 },
  { name: 'a Secret is refused', release: '25.10', secret: 'refused', code: 5 },
  { name: 'the key is rotated', release: '25.10', rotate: 'well', code: 0 },
  { name: 'the store refuses the rotated key', release: '25.10', rotate: 'refused', code: 0 },
  { name: 'the key is rotated in Vault', release: '25.10', vault: 'kubernetes', rotate: 'well', code: 0 },
  { name: 'Vault refuses the rotated key', release: '25.10', vault: 'token', rotate: 'refused', code: 0 },
  { name: 'the NAS fails in the middle of a rotation', release: '25.10', rotate: 'fails', code: 0 },
  { name: 'deliveries are gone', release: '25.10', sinks: 'gone', code: 5 },
  { name: 'credentials are refused', release: '25.10', faults: every('unauthorized'), sinks: 'echo', code: 3 },
  { name: 'credentials are refused over REST', release: '24.10', faults: every('unauthorized'), code: 3 },
  { name: 'rights are missing', release: '25.10', faults: every('forbidden'), code: 3 },
  { name: 'servers fail', release: '24.10', faults: every('serverError'), code: 3 },
  { name: 'answers are no JSON', release: '25.10', faults: every('wrongJson'), code: 3 },
  { name: 'connections are cut', release: '25.10', faults: every('cut'), code: 3 },
  { name: 'another certificate is shown', release: '25.10', faults: every('tlsMismatch'), code: 3 },
];

describe('[I] security: canary secrets', () => {
  const temporary = useTemporaryFolder();
  let number = 0;

  for (const one of cases) {
    it(`none in any output when ${one.name}`, async () => {
      number += 1;
      const folder = temporary.file(`case-${number}`);
      mkdirSync(folder);
      const bench = await openBench(folder, one);
      try {
        for (const server of [...bench.servers.clusters, ...bench.servers.nases]) server.faults.set(one.faults ?? []);
        const outputs = await runAll(bench, folder, one);
        assert.equal(outputs.code, one.code, outputs.texts.get('scan: stderr'));
        assert.ok(outputs.texts.size > 10, `only ${outputs.texts.size} outputs were seen`);
        const leaks = [...outputs.texts].flatMap(([name, text]) =>
          bench.canaries.leakedInto(text).map((slot) => `${slot} in ${name}`),
        );
        assert.deepEqual(leaks, []);
      } finally {
        await bench.close();
      }
    });
  }

  it('plants one in every slot that the config has', async () => {
    const folder = temporary.file('slots');
    mkdirSync(folder);
    const slots = new Set<string>();
    for (const one of cases) {
      const bench = await openBench(folder, one);
      for (const slot of bench.canaries.slots) slots.add(slot.replaceAll(/\[\d+\]/g, '[]'));
      await bench.close();
    }
    const wanted = secretSlots(buildConfigSchema(), '').filter((slot) => !elsewhere.includes(slot));

    assert.ok(wanted.length >= 20, `only ${wanted.length} slots were seen`);
    assert.deepEqual(
      wanted.filter((slot) => !slots.has(slot)),
      [],
    );
  });

  it('none in the list of processes, the browser of the PDF among them', async () => {
    const folder = temporary.file('processes');
    mkdirSync(folder);
    const bench = await openBench(folder, { name: '', release: '25.10', code: 0 });
    try {
      const argv = [
        'src/main.ts',
        'scan',
        '--config',
        bench.configFile,
        '--out',
        join(folder, 'out'),
        '--format',
        'pdf',
      ];
      const child = spawn(process.execPath, argv, { env: { ...process.env, ...bench.env }, stdio: 'ignore' });
      const seen = new Set<string>();
      const timer = setInterval(() => {
        for (const line of commandLines()) seen.add(line);
      }, 50);
      const code = await new Promise((resolve) => child.once('exit', resolve));
      clearInterval(timer);

      assert.equal(code, 0);
      assert.ok(
        [...seen].some((line) => line.includes('--headless')),
        'the browser was seen',
      );
      assert.ok(
        [...seen].some((line) => line.includes(bench.configFile)),
        'the scan itself was seen',
      );
      assert.deepEqual(
        [...seen].filter((line) => bench.canaries.leakedInto(line).length > 0),
        [],
      );
    } finally {
      await bench.close();
    }
  });

  it('would find one that leaked, in every form that it looks for', () => {
    const canaries = new Canaries();
    const secret = canaries.plant('slot');
    const forms = [
      secret,
      Buffer.from(`user:${secret}`).toString('base64'),
      Buffer.from(`ab:${secret}!`).toString('base64'),
      Buffer.from(secret).toString('hex'),
      textOf(
        Buffer.from(
          `Subject: x\r\n\r\n${Buffer.from(`a long mail text in base64 with ${secret} in it`).toString('base64')}`,
        ),
      ),
    ];
    for (const form of forms) assert.deepEqual(canaries.leakedInto(form), ['slot'], form);
    assert.deepEqual(canaries.leakedInto('nothing'), []);
  });
});

/** Debug logs, every format, and the commands that show config, health, outbox, history and audit log. */
async function runAll(bench: Bench, folder: string, one: Case) {
  const out = join(folder, 'out');
  const texts = new Map<string, string>();
  const config = ['--config', bench.configFile];
  const formats = ['--format', 'html,json,csv,markdown,sarif,junit'];
  const run = async (name: string, argv: readonly string[]) => {
    const { code, stdout, stderr } = await runWired(argv, {
      env: { ...bench.env, STRANDLINE_LOG__LEVEL: 'debug' },
      now: bench.servers.now,
    });
    texts.set(`${name}: stdout`, stdout);
    texts.set(`${name}: stderr`, stderr);
    return code;
  };
  const code = await run('scan', ['scan', ...config, '--out', out, ...formats, '-o', 'json']);
  await run('config', ['config', 'show', ...config]);
  await run('health', ['health', ...config, '-o', 'json']);
  await run('collect', ['collect', ...config, '--out', join(folder, 'inventory.json')]);
  if (one.sinks !== 'gone') await run('test', ['deliver', 'test', ...config]);
  await run('outbox', ['deliver', 'list', ...config]);
  await run('verify', ['audit', 'verify', ...config]);
  if (one.code === 0) assert.match(texts.get('verify: stdout') ?? '', /all in order/);
  if (one.rotate !== undefined) await rotate(bench, one, (name, argv) => run(name, [...argv, ...config]));
  for (const [name, text] of await textsBelow(out)) texts.set(name, text);
  for (const [name, text] of await textsBelow(join(bench.servers.folder, 'history'))) texts.set(name, text);
  texts.set('inventory', readIfThere(join(folder, 'inventory.json')));
  for (const [index, text] of bench.received.entries()) texts.set(`delivery ${index}`, text);
  return { code, texts };
}

/** Dry and for real; the keys that are made under way are canaries too. */
async function rotate(bench: Bench, one: Case, run: (name: string, argv: readonly string[]) => Promise<number>) {
  const [nas] = bench.servers.nases;
  const [cluster] = bench.servers.clusters;
  assert.ok(nas !== undefined && cluster !== undefined);
  const system = `nas/${nas.state.name}`;
  const collectKeys = () => {
    for (const key of nas.state.users.flatMap(keysOf)) bench.canaries.add(`key ${key.name}`, key.key.slice(3));
    const { data } = cluster.peek(secretPath) as { data: Readonly<Record<string, string>> };
    for (const [key, text] of Object.entries(data)) bench.canaries.add(`Secret ${key}`, text);
    for (const fields of bench.vault.secrets.values())
      for (const [key, text] of Object.entries(fields)) bench.canaries.add(`Vault ${key}`, text);
  };
  await run('check', ['credentials', 'check']);
  assert.equal(await run('rotate dry', ['credentials', 'rotate']), 0);
  bench.vault.isReadOnly = one.rotate === 'refused';
  if (one.rotate === 'refused') cluster.setRights([...readOnlyRights, { ...secretRight, verbs: ['get'] }]);
  if (one.rotate === 'fails') nas.faults.set([{ system, call: 'api_key.delete', kind: 'serverError' }]);
  const code = await run('rotate', ['credentials', 'rotate', '--apply', '-o', 'json']);
  assert.equal(code, one.rotate === 'well' ? 0 : 3);
  collectKeys();
  await run('rotate again', ['credentials', 'rotate', '--apply', '--now']);
  collectKeys();
}

async function openBench(folder: string, one: Case): Promise<Bench> {
  const canaries = new Canaries();
  const received: string[] = [];
  const estate = plantInEstate(releaseEstate(one.release), canaries, one);
  const sink = await listen((request, response) => {
    void bodyOf(request).then((body) => {
      const isToken = request.url?.startsWith('/token') === true;
      if (!isToken) received.push(`${request.method} ${textOf(body)}`); // a token endpoint is where they belong
      if (isToken) response.end(JSON.stringify({ access_token: canaries.plant('access token') }));
      else if (one.sinks === 'echo')
        response
          .writeHead(one.s3 === true ? 403 : 500)
          .end(`${JSON.stringify(request.headers)} ${request.url} ${body}`);
      else response.end();
    });
  });
  const smtp = await openSmtp(one);
  const vault = await startFakeVault();
  const servers = await startEstateServers(estate, await plantInConfig({ canaries, folder, sink, smtp, vault, one }));
  for (const { state } of servers.nases) canaries.add('nas[0].apiKeyFile', state.users[0]?.apiKey ?? '');
  if (one.secret === 'well' || one.rotate !== undefined)
    for (const cluster of servers.clusters) cluster.setRights([...readOnlyRights, secretRight]);
  for (const { state, token } of servers.clusters) canaries.add(`kubeconfig of ${state.name}`, token);
  const { configFile, env } = await finishConfig(servers, canaries, one);
  if (one.sinks === 'gone') await Promise.all([sink.close(), smtp.close()]);
  return {
    canaries,
    servers,
    vault,
    configFile,
    env,
    received,
    async close() {
      await Promise.all([servers.close(), vault.close()]);
      if (one.sinks !== 'gone') await Promise.all([sink.close(), smtp.close()]);
      for (const { raw } of smtp.mails) received.push(textOf(raw));
    },
  };
}

/** The key that the NAS knows, and secrets that drivers and people leave lying about in objects. */
function plantInEstate(estate: Estate, canaries: Canaries, one: Case): Estate {
  const withSecrets = (object: KubeObject): KubeObject => {
    const csi = (object['spec'] as { csi?: { volumeAttributes?: object } } | undefined)?.csi;
    if (csi !== undefined)
      Object.assign(csi, {
        volumeAttributes: {
          ...csi.volumeAttributes,
          apiKey: canaries.plant('volume attribute'),
          'node-db.node.session.auth.password': canaries.plant('CHAP in attributes'),
        },
      });
    return object;
  };
  return {
    ...estate,
    clusters: estate.clusters.map((cluster) => ({
      ...cluster,
      objects: [...structuredClone(cluster.objects).map(withSecrets), ourSecret(canaries)],
    })),
    nases: estate.nases.map((nas) => ({
      ...nas,
      users: [
        ...nas.users.map((user) => ({
          ...user,
          apiKey: `17-${canaries.plant('nas[0].apiKey')}`,
          password: canaries.plant(one.byPassword === true ? 'nas[].passwordFile' : 'nas[].password'),
        })),
        ...(one.rotate === undefined
          ? []
          : [
              {
                ...{ username: 'key-master', roles: ['API_KEY_WRITE'] },
                apiKey: `31-${canaries.plant('nas[].rotation.apiKeyFile')}`,
              },
            ]),
      ],
    })),
  };
}

/** Where keys and tokens stand that are asked for by the API. */
function ourSecret(canaries: Canaries): KubeObject {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  return makeObject(
    ...(['v1', 'Secret', 'credentials'] as const),
    {
      data: {
        token: base64(canaries.plant('token in a Secret')),
        nas01: base64(`17-${canaries.plant('nas[0].apiKey')}`),
      },
    },
    { namespace: 'strandline' },
  );
}

const secretPath = '/api/v1/namespaces/strandline/secrets/credentials';
const secretRight = { group: '', resource: 'secrets', verbs: ['get', 'patch'], namespace: 'strandline' };

interface Planting {
  readonly canaries: Canaries;
  readonly folder: string;
  readonly sink: Loopback;
  readonly smtp: SmtpBench;
  readonly vault: FakeVault;
  readonly one: Case;
}

async function plantInConfig({ canaries, folder, sink, smtp, vault, one }: Planting): Promise<Record<string, unknown>> {
  const file = (slot: string, text = canaries.plant(slot)) => {
    const path = join(folder, slot.replaceAll(/[^A-Za-z0-9]+/g, '-'));
    writeFileSync(path, text);
    return path;
  };
  const client = await makeCertificate();
  const tlsOf = (slot: string) => {
    canaries.add(`${slot}.tls.keyFile`, client.key.split('\n')[1] ?? '');
    return { certFile: file(`${slot}-cert`, client.cert), keyFile: file(`${slot}-key`, client.key) };
  };
  const hook = `${sink.url}/hook/${canaries.plant('webhooks[].urlFile')}`;
  return {
    log: { level: 'debug' },
    audit: { keyFile: file('audit.keyFile') },
    ...(one.secret !== undefined && { kubernetesSecrets: { enabled: true } }),
    ...(one.vault !== undefined && {
      vault: vaultOf(vault, canaries, one, file, {
        ...tlsOf('vault'),
        caFile: file('vault-ca', (await testCertificate()).caPem),
      }),
    }),
    ...(one.s3 === true && { history: { s3: s3Of(sink, file) } }),
    email: {
      ...{
        host: '127.0.0.1',
        port: smtp.port,
        security: 'starttls',
        from: 'a@example.org',
        timeout: '5s',
        when: 'always',
      },
      ...{ username: 'mailer', charts: false, recipients: [{ to: 'b@example.org' }], attach: ['csv', 'json'] },
      ...(one.oauth2 === true
        ? {
            oauth2: {
              ...{ tokenUrl: `${sink.url}/token`, clientId: 'x' },
              clientSecretFile: file('email.oauth2.clientSecretFile'),
              refreshTokenFile: file('email.oauth2.refreshTokenFile'),
            },
          }
        : one.byPassword === true
          ? { passwordFile: file('email.passwordFile') }
          : { password: '${MAIL_PASSWORD}' }),
      tls: { ...tlsOf('email'), caFile: file('smtp-ca', (await testCertificate()).caPem) },
    },
    pushgateway: {
      ...{ url: sink.url, timeout: '5s' },
      ...(one.byPassword === true
        ? { username: 'pusher', passwordFile: file('pushgateway.passwordFile') }
        : { tokenFile: tokenPlace(one) ?? file('pushgateway.tokenFile') }),
      tls: tlsOf('pushgateway'),
    },
    webhooks: [
      {
        name: 'secret-url',
        urlFile: file('url', hook),
        when: 'always',
        minSeverity: 'LOW',
        timeout: '5s',
        tls: tlsOf('webhooks[]'),
      },
      {
        name: 'signed',
        url: `${sink.url}/signed`,
        tokenFile: file('webhooks[].tokenFile'),
        hmacKeyFile: file('webhooks[].hmacKeyFile'),
        when: 'always',
        timeout: '5s',
      },
      { name: 'ping', kind: 'ping', urlFile: file('ping', `${hook}/ping`), timeout: '5s' },
    ],
    otel: {
      enabled: true,
      endpoint: sink.url,
      headersFile: file('otel.headersFile', `x-api-key: ${canaries.plant('otel.headersFile')}\n`),
      tls: tlsOf('otel'),
    },
  };
}

function tokenPlace({ vault, secret }: Case): string | undefined {
  if (secret !== undefined) return 'kubernetes:strandline/credentials#token';
  return vault === undefined ? undefined : 'vault:strandline#token';
}

function vaultOf(vault: FakeVault, canaries: Canaries, one: Case, file: (slot: string) => string, tls: object) {
  vault.secrets.set('strandline', {
    token: canaries.plant('secret in Vault'),
    nas01: `17-${canaries.plant('nas[0].apiKey')}`,
  });
  const token = canaries.plant('vault.auth.token');
  const jwtFile = file('vault.auth.jwtFile');
  const role = { roleIdFile: file('vault.auth.roleIdFile'), secretIdFile: file('vault.auth.secretIdFile') };
  const tokenFile = file('vault.auth.tokenFile');
  vault.tokens.add(token).add(canaries.plant('vault.auth.tokenFile'));
  if (one.vault !== 'refused') {
    vault.logins.set('kubernetes', { role: 'strandline', jwt: canaries.plant('vault.auth.jwtFile') });
    vault.logins.set('approle', {
      role_id: canaries.plant('vault.auth.roleIdFile'),
      secret_id: canaries.plant('vault.auth.secretIdFile'),
    });
  }
  const auths = {
    kubernetes: { method: 'kubernetes', role: 'strandline', jwtFile },
    refused: { method: 'kubernetes', role: 'strandline', jwtFile },
    approle: { method: 'approle', ...role },
    token: { method: 'token', tokenFile },
    'token of the environment': { method: 'token', token: '${VAULT_TOKEN}' },
  };
  return { url: vault.url, auth: auths[one.vault ?? 'token'], tls };
}

function s3Of(sink: Loopback, file: (slot: string) => string) {
  return {
    ...{ bucket: 'strandline', endpoint: sink.url, forcePathStyle: true, timeout: '5s' },
    accessKeyIdFile: file('history.s3.accessKeyIdFile'),
    secretAccessKeyFile: file('history.s3.secretAccessKeyFile'),
    sessionTokenFile: file('history.s3.sessionTokenFile'),
  };
}

/** What the estate's own config does not say: credentials by environment, and client certificates for the NAS. */
async function finishConfig(servers: EstateServers, canaries: Canaries, one: Case) {
  const text = readFileSync(servers.configFile, 'utf8');
  const folder = servers.folder;
  writeFileSync(join(folder, 'nas-password'), canaries.plant('nas[].passwordFile'));
  const configFile = join(folder, 'canary.yaml');
  writeFileSync(join(folder, 'master'), servers.nases[0]?.state.users[1]?.apiKey ?? '');
  const store = one.vault === undefined ? 'kubernetes:strandline/credentials#nas01' : 'vault:strandline#nas01';
  const rotation = `{ apiKeyFile: master, username: key-master, store: "${store}" }`;
  const rotating = one.rotate === undefined ? '$&' : `$&\n$1rotation: ${rotation}`;
  const credential = one.byPassword === true ? '$1passwordFile: nas-password' : rotating;
  const client = await makeCertificate();
  canaries.add('nas[].tls.keyFile', client.key.split('\n')[1] ?? '');
  writeFileSync(join(folder, 'client.pem'), client.cert);
  writeFileSync(join(folder, 'client.key'), client.key);
  writeFileSync(
    configFile,
    text
      .replace(/^( *)apiKeyFile: .*/gm, credential)
      .replace(/^( *)caFile: nas.*/gm, '$&\n$1certFile: client.pem\n$1keyFile: client.key'),
  );
  return {
    configFile,
    env: { MAIL_PASSWORD: canaries.plant('email.password'), VAULT_TOKEN: canaries.plant('vault.auth.token') },
  };
}

async function openSmtp(one: Case): Promise<SmtpBench> {
  return listenSmtp({
    ...(await testCertificate()),
    authMethods: ['PLAIN', 'LOGIN', 'XOAUTH2'],
    onAuth(auth, _session, callback) {
      if (one.sinks === 'echo')
        callback(new Error(`535 no: ${auth.username} ${auth.password ?? auth.accessToken ?? ''}`));
      else callback(null, { user: auth.username });
    },
  });
}

function secretSlots(node: SchemaNode, path: string): readonly string[] {
  const below = Object.entries(node.properties ?? {}).flatMap(([key, child]) =>
    secretSlots(child, path === '' ? key : `${path}.${key}`),
  );
  const items = node.items === undefined ? [] : secretSlots(node.items, `${path}[]`);
  const name = path.split('.').at(-1) ?? '';
  const isFile = name.endsWith('File') && !openFiles.includes(name);
  return [...(node['x-secret'] === true || isFile ? [path] : []), ...below, ...items];
}

function commandLines(): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => readIfThere(`/proc/${pid}/cmdline`).replaceAll('\0', ' '));
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
