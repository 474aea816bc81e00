import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { sectionNames } from '../../../src/collect/truenas/collect.ts';
import { collectNas } from '../../../src/collect/truenas/open-nas.ts';
import type { SectionError } from '../../../src/model/collected.ts';
import { silentLogger } from '../../../src/model/logger.ts';
import type { NasTarget } from '../../../src/model/targets.ts';
import type { NasInventory } from '../../../src/model/truenas.ts';
import { Secret } from '../../../src/util/secret.ts';
import { listen, listenAsProxy } from '../../support/loopback.ts';
import { adminKey, scanKey } from '../../support/nas-state.ts';
import { nasTarget, quickRetry } from '../../support/nas-target.ts';
import { withNas } from '../../support/with-nas.ts';

const deps = { log: silentLogger, retry: quickRetry, env: {} };

/** Every list failed, with one reason. */
function reasonOf(inventory: NasInventory): SectionError {
  const lists = Object.entries(inventory.sections);
  assert.deepEqual(lists.map(([name]) => name).sort(), [...sectionNames].sort());
  const reasons = new Set(lists.map(([name, list]) => (list.ok ? `${name} was read` : JSON.stringify(list.error))));
  assert.equal(reasons.size, 1, [...reasons].join('\n'));
  return JSON.parse([...reasons][0] ?? '') as SectionError;
}

function apiKey(...texts: readonly string[]): { auth: NasTarget['auth']; reads: () => number } {
  let reads = 0;
  const read = async () => new Secret(texts[Math.min(reads++, texts.length - 1)] ?? '');
  return { auth: { kind: 'apiKey', username: 'k8s-scan', apiKey: read }, reads: () => reads };
}

describe('[I] collect/truenas/login', () => {
  for (const release of ['24.10', '25.10'] as const) {
    it(`fails every list with one reason and a remedy when the key is wrong: ${release}`, () =>
      withNas({ release }, async (nas) => {
        const { auth } = apiKey('17-wrongwrongwrong');

        const error = reasonOf(await collectNas(nasTarget(nas, { auth }), deps));

        assert.equal(error.code, 'unauthenticated');
        assert.match(error.remedy ?? '', /API key/);
        assert.ok(!JSON.stringify(error).includes('wrongwrong'));
      }));

    it(`reads a refused key once more, for it may have been rotated: ${release}`, () =>
      withNas({ release }, async (nas) => {
        const { auth, reads } = apiKey('17-oldoldoldold', scanKey);

        const inventory = await collectNas(nasTarget(nas, { auth }), deps);

        assert.ok(inventory.sections.pools.ok);
        assert.equal(reads(), 2);
      }));

    it(`logs in with a password: ${release}`, () =>
      withNas({ release }, async (nas) => {
        const password = async () => new Secret('scan-password');

        const inventory = await collectNas(
          nasTarget(nas, { auth: { kind: 'password', username: 'k8s-scan', password } }),
          deps,
        );

        assert.ok(inventory.sections.pools.ok);
      }));
  }

  it('logs in with a key alone when no user is known', () =>
    withNas({ release: '25.10' }, async (nas) => {
      const auth: NasTarget['auth'] = { kind: 'apiKey', apiKey: async () => new Secret(scanKey) };

      const inventory = await collectNas(nasTarget(nas, { auth }), deps);

      assert.ok(inventory.sections.pools.ok);
      assert.ok(nas.log.records.some(({ call }) => call === 'auth.login_with_api_key'));
    }));

  it('logs in again once when the session ends in the middle', () =>
    withNas({ release: '25.10' }, async (nas) => {
      nas.faults.set([{ system: 'nas/nas01', call: 'sharing.nfs.query', kind: 'unauthorized', times: 1 }]);

      const inventory = await collectNas(nasTarget(nas), deps);

      assert.deepEqual(
        Object.entries(inventory.sections).filter(([, list]) => !list.ok),
        [],
      );
    }));

  it('names the role that is missing', () =>
    withNas({ release: '25.10' }, async (nas) => {
      nas.faults.set([{ system: 'nas/nas01', call: 'pool.snapshot.query', kind: 'forbidden' }]);

      const { snapshots, datasets } = (await collectNas(nasTarget(nas), deps)).sections;

      assert.ok(!snapshots.ok && datasets.ok);
      assert.equal(snapshots.error.code, 'forbidden');
      assert.match(snapshots.error.remedy ?? '', /SNAPSHOT_READ/);
    }));

  it('sends nothing over http:// unless that is allowed', async () => {
    let requests = 0;
    const server = await listen((_, response) => {
      requests += 1;
      response.end('[]');
    });

    const error = reasonOf(await collectNas(nasTarget({ url: server.url, caPem: '' }), deps));
    await server.close();

    assert.equal(error.code, 'tls');
    assert.equal(requests, 0);
  });

  it('never sends a key over http:// to 25.04 and later, which would revoke it', () =>
    withNas(
      { release: '25.10' },
      async (nas) => {
        const error = reasonOf(await collectNas(nasTarget(nas, { allowPlaintext: true }), deps));

        assert.equal(error.code, 'tls');
        assert.deepEqual(
          nas.log.records.map(({ call }) => call),
          ['/api/versions'],
        );
      },
      { tls: false },
    ));

  it('reads CORE over http:// when that is allowed', () =>
    withNas(
      { release: 'core-13' },
      async (nas) => {
        const inventory = await collectNas(nasTarget(nas, { allowPlaintext: true }), deps);
        assert.ok(inventory.sections.datasets.ok);
      },
      { tls: false },
    ));

  it('refuses REST where it is configured for 25.04 and later, before a key is sent', () =>
    withNas({ release: '25.04' }, async (nas) => {
      const { auth, reads } = apiKey(adminKey);

      const error = reasonOf(await collectNas(nasTarget(nas, { transport: 'rest', auth }), deps));

      assert.equal(error.code, 'notAsked');
      assert.equal(reads(), 0);
    }));

  it('takes no weaker transport when the question which one to use fails', () =>
    withNas({ release: '25.10' }, async (nas) => {
      nas.faults.set([{ system: 'nas/nas01', call: '/api/versions', kind: 'serverError' }]);

      const error = reasonOf(await collectNas(nasTarget(nas), deps));

      assert.equal(error.code, 'server');
      assert.deepEqual([...new Set(nas.log.records.map(({ call }) => call))], ['/api/versions']);
    }));

  it('works with a pin alone, over WebSocket too', () =>
    withNas({ release: '25.10' }, async (nas) => {
      const inventory = await collectNas(nasTarget(nas, { tls: { pins: [nas.spkiPin] } }), deps);

      assert.ok(inventory.sections.datasets.ok);
    }));

  for (const transport of ['auto', 'jsonrpc'] as const) {
    it(`reaches a pinned NAS through a proxy: ${transport}`, () =>
      withNas({ release: '25.10' }, async (nas) => {
        const { proxy, tunnels } = await listenAsProxy();
        process.env['HTTPS_PROXY'] = proxy.url;
        try {
          const target = nasTarget(nas, { tls: { pins: [nas.spkiPin] }, transport });

          const inventory = await collectNas(target, { ...deps, env: { HTTPS_PROXY: proxy.url } });

          assert.ok(inventory.sections.datasets.ok);
          assert.deepEqual(tunnels, [new URL(nas.url).host]);
        } finally {
          delete process.env['HTTPS_PROXY'];
          await proxy.close();
        }
      }));
  }

  for (const transport of ['auto', 'jsonrpc'] as const) {
    it(`never reads the key when the pin does not match: ${transport}`, () =>
      withNas({ release: '25.10' }, async (nas) => {
        const { auth, reads } = apiKey(scanKey);
        const pins = [`sha256/${Buffer.alloc(32, 1).toString('base64')}`];

        const error = reasonOf(await collectNas(nasTarget(nas, { tls: { pins }, auth, transport }), deps));

        assert.equal(error.code, 'tls');
        assert.equal(reads(), 0);
        assert.deepEqual(nas.log.records, []);
      }));
  }

  it('says that a certificate is not trusted', () =>
    withNas({ release: '25.10' }, async (nas) => {
      assert.equal(reasonOf(await collectNas(nasTarget(nas, { tls: {} }), deps)).code, 'tls');
    }));

  it('says unreachable when nobody listens', async () => {
    const server = await listen(() => {});
    await server.close();

    const error = reasonOf(await collectNas(nasTarget({ url: server.url, caPem: '' }, { allowPlaintext: true }), deps));

    assert.equal(error.code, 'unreachable');
  });

  it('names the standby node of an HA pair and where the active one is', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    server.on('connection', (socket) => {
      socket.on('message', (data) => {
        const { id } = JSON.parse(data.toString()) as { id: number };
        const result = { response_type: 'REDIRECT', urls: ['https://192.0.2.6'] };
        socket.send(JSON.stringify({ jsonrpc: '2.0', id, result }));
      });
    });
    const { port } = server.address() as AddressInfo;
    const password = async () => new Secret('scan-password');
    const target = nasTarget(
      { url: `http://127.0.0.1:${port}`, caPem: '' },
      { transport: 'jsonrpc', allowPlaintext: true, auth: { kind: 'password', username: 'k8s-scan', password } },
    );

    const error = reasonOf(await collectNas(target, deps));
    for (const socket of server.clients) socket.terminate();
    server.close();

    assert.match(error.message, /standby/);
    assert.match(error.remedy ?? '', /192\.0\.2\.6/);
  });
});
