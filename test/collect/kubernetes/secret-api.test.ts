import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { connectNas } from '../../../src/collect/truenas/connect.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { readSecretFile } from '../../../src/config/secret-file.ts';
import { toNasTargets } from '../../../src/config/to-targets.ts';
import { ConfigError, type SourceError } from '../../../src/errors.ts';
import { createLogger } from '../../../src/log.ts';
import { openSecretStores } from '../../../src/run/wire-secrets.ts';
import type { FaultKind } from '../../../src/simulate/faults.ts';
import { type KubernetesSimulator, startKubernetes } from '../../../src/simulate/kubernetes/start.ts';
import { startTrueNas } from '../../../src/simulate/truenas/server.ts';
import { followTrail, type TrailEvent } from '../../../src/util/trail.ts';
import { makeClusterState, makeObject } from '../../support/cluster-state.ts';
import { makeNasState, scanKey } from '../../support/nas-state.ts';
import { useTemporaryFolder } from '../../support/temporary-folder.ts';

const path = '/api/v1/namespaces/strandline/secrets/nas01';
const reference = 'kubernetes:strandline/nas01#apiKey';

/** A Secret read by the API, from config to the wire. */
describe('[I] collect/kubernetes/secret-api', () => {
  const folder = useTemporaryFolder();
  let cluster: KubernetesSimulator;
  let end: (() => Promise<void>) | undefined;
  let stopTrail: () => void;
  const trail: TrailEvent[] = [];
  const lines: string[] = [];

  const holding = (data: Readonly<Record<string, string>>) =>
    makeClusterState([
      makeObject(
        'v1',
        'Secret',
        'nas01',
        {
          data: Object.fromEntries(
            Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
          ),
        },
        { namespace: 'strandline' },
      ),
    ]);
  const read = async (text = reference) => (await readSecretFile(text, 'nas[0].apiKeyFile')).reveal();
  const refusal = () =>
    read().then(
      () => assert.fail('a secret was read'),
      (error: unknown) => error as SourceError,
    );

  beforeEach(async () => {
    cluster = await startKubernetes(holding({ apiKey: `${scanKey}\n`, empty: '' }), {
      rights: [{ group: '', resource: 'secrets', verbs: ['get'], namespace: 'strandline', name: 'nas01' }],
    });
    stopTrail = followTrail((event) => trail.push(event));
  });
  afterEach(async () => {
    await end?.();
    end = undefined;
    stopTrail();
    trail.length = 0;
    lines.length = 0;
    await cluster.close();
  });

  async function open(kubernetesSecrets: object, nas: object = { url: 'https://nas' }) {
    writeFileSync(folder.file('kubeconfig'), cluster.kubeconfig);
    const file = folder.file('strandline.yaml');
    const clusters = [{ name: 'prod', kubeconfig: 'kubeconfig' }];
    writeFileSync(
      file,
      stringify({ clusters, nas: [{ name: 'nas01', apiKeyFile: reference, ...nas }], kubernetesSecrets }),
    );
    const { config } = loadConfig({ file, env: {} });
    const logger = await createLogger({
      level: 'debug',
      format: 'json',
      fields: {},
      write: (line) => void lines.push(line),
    });
    end = await openSecretStores(config, { logger, now: () => new Date('2026-11-24T00:00:00Z') });
    return config;
  }

  it('reads the key with no more right than `get` on that Secret, and says so in the audit log', async () => {
    await open({ enabled: true });
    assert.equal(await read(), scanKey);
    assert.deepEqual(
      cluster.log.calls().map(({ call }) => call),
      [path],
    );
    assert.ok(trail.some((event) => event.kind === 'credential' && event.from === reference && event.outcome === 'ok'));
    for (const text of [...lines, JSON.stringify(trail)]) assert.ok(!text.includes(scanKey.slice(3)));
  });

  it('is off unless config switches it on', async () => {
    await open({});
    await assert.rejects(read(), (error: unknown) => {
      assert.ok(error instanceof ConfigError);
      assert.match(error.remedy ?? '', /kubernetesSecrets\.enabled: true/);
      return true;
    });
    assert.deepEqual(cluster.log.calls(), []);
  });

  for (const [kind, expected] of [
    ['unauthorized', 'unauthenticated'],
    ['forbidden', 'forbidden'],
    ['notFound', 'notFound'],
    ['tooManyRequests', 'rateLimited'],
    ['serverError', 'server'],
    ['wrongJson', 'badAnswer'],
    ['cut', 'unreachable'],
  ] as const satisfies readonly (readonly [FaultKind, string])[]) {
    it(`tells ${kind} from a Secret without the key, and has no secret to show`, async () => {
      cluster.faults.set([{ system: 'cluster/prod', call: path, kind }]);
      await open({ enabled: true });
      const error = await refusal();
      assert.equal(error.kind, expected, error.message);
      assert.match(error.message, /nas01/);
      assert.ok(!`${error.stack} ${JSON.stringify(error.cause)}`.includes(scanKey.slice(3)));
    });
  }

  it('says which right is missing, and how to try it', async () => {
    cluster.setRights([]);
    await open({ enabled: true });
    const error = await refusal();
    assert.equal(error.kind, 'forbidden');
    assert.match(error.remedy ?? '', /kubectl auth can-i get secret\/nas01 -n strandline/);
  });

  for (const key of ['missing', 'empty']) {
    it(`refuses a key that is ${key}`, async () => {
      await open({ enabled: true });
      await assert.rejects(read(`kubernetes:strandline/nas01#${key}`), { kind: 'notFound' });
    });
  }

  it('a key that the NAS refuses is read once more: one that was rotated meanwhile gets in', async () => {
    const nas = await startTrueNas(makeNasState());
    try {
      writeFileSync(folder.file('nas.pem'), nas.caPem);
      cluster.setState(holding({ apiKey: '17-notAnyMore' }));
      const config = await open({ enabled: true }, { url: nas.url, tls: { caFile: 'nas.pem' } });
      const [target] = toNasTargets(config);
      assert.ok(target !== undefined && target.auth.kind === 'apiKey');
      const { apiKey } = target.auth;
      let reads = 0;
      const rotating = async () => {
        reads += 1;
        if (reads === 2) cluster.setState(holding({ apiKey: scanKey }));
        return apiKey();
      };
      const logger = await createLogger({ level: 'silent', format: 'json', fields: {} });
      const { client } = await connectNas({ ...target, auth: { kind: 'apiKey', apiKey: rotating } }, { log: logger });
      await client.close();
      assert.equal(reads, 2);
    } finally {
      await nas.close();
    }
  });

  it('a malformed reference is refused when config is loaded', () => {
    const file = folder.file('wrong.yaml');
    for (const text of ['kubernetes:nas01#key', 'kubernetes:a/b', 'kubernetes:A/b#key', 'kubernetes:a/../b#key']) {
      writeFileSync(file, stringify({ nas: [{ name: 'nas01', url: 'https://nas', apiKeyFile: text }] }));
      assert.throws(() => loadConfig({ file, env: {} }), /does not exist/, text);
    }
  });
});
