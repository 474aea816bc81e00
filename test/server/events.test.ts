import assert from 'node:assert/strict';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { makeResult } from '../support/make-result.ts';
import { type Service, startService } from '../support/serve.ts';
import { makeFinding } from '../support/stored-result.ts';

interface Message {
  readonly kind: string;
  readonly id?: string;
  readonly resumed?: boolean;
  readonly finding?: { readonly id: string; readonly namespace?: string };
}

interface Client {
  readonly socket: WebSocket;
  readonly messages: Message[];
  until(kind: string): Promise<Message>;
}

describe('[U] server/events', () => {
  const shop = { ...makeFinding('shop-lost'), resource: place('shop'), change: 'new' as const };
  const billing = { ...makeFinding('billing-lost'), resource: place('billing'), change: 'new' as const };
  const later = makeResult({ findings: [shop, billing] });
  const after0 = { ...later, scan: { ...later.scan, id: 'second', startedAt: '2026-11-24T05:00:00.000Z' } };
  let service: Service;
  const clients: Client[] = [];

  beforeEach(async () => {
    service = await startService({
      runScan: async (_id, onStep) => {
        onStep('judging');
        return { result: after0, problems: [] };
      },
    });
  });
  afterEach(async () => {
    for (const { socket } of clients.splice(0)) socket.terminate();
    await service.close();
  });

  async function open(query = '', as = 'admin', headers: Record<string, string> = {}): Promise<Client> {
    const token = await service.token({ sub: as, groups: [as] });
    const socket = new WebSocket(`${service.url.replace('http', 'ws')}/api/v1/events${query}`, {
      headers: { authorization: `Bearer ${token}`, ...headers },
    });
    const messages: Message[] = [];
    socket.on('message', (data) => messages.push(JSON.parse(String(data)) as Message));
    const until = async (kind: string): Promise<Message> => {
      for (;;) {
        const found = messages.find((message) => message.kind === kind);
        if (found !== undefined) return found;
        await Promise.race([
          once(socket, 'message'),
          once(socket, 'close').then(() => Promise.reject(new Error('closed'))),
        ]);
      }
    };
    const client = { socket, messages, until };
    clients.push(client);
    await until('hello');
    return client;
  }

  /** Status of a handshake that was refused. */
  function refused(headers: Record<string, string>, query = ''): Promise<number> {
    const socket = new WebSocket(`${service.url.replace('http', 'ws')}/api/v1/events${query}`, { headers });
    return new Promise((resolve, reject) => {
      socket.once('unexpected-response', (_request, { statusCode = 0 }) => resolve(statusCode));
      socket.once('open', () => reject(new Error('it was let in')));
      socket.once('error', () => {});
    });
  }

  const scanNow = () => service.get('/api/v1/scans', { method: 'POST' });

  it('tells of a scan from start to end, and of every new finding', async () => {
    const client = await open();
    await scanNow();
    await client.until('scan.finished');

    assert.deepEqual(
      client.messages.map(({ kind }) => kind),
      ['hello', 'scan.started', 'scan.progress', 'finding.new', 'finding.new', 'result', 'scan.finished'],
    );
  });

  it('tells of a resolved finding', async () => {
    const client = await open();
    await scanNow();
    await client.until('scan.finished');
    const resolved = { ...shop, change: 'resolved' as const };
    const third = { ...after0, scan: { ...after0.scan, id: 'third', startedAt: '2026-11-25T05:00:00.000Z' } };
    service.stored.push({ ...third, findings: [resolved, { ...billing, change: 'open' }] });

    assert.equal((await client.until('finding.resolved')).finding?.id, shop.id);
  });

  it('gives only the kinds and namespaces asked for', async () => {
    const client = await open('?kinds=finding.new,scan.finished&namespaces=prod/billing');
    await scanNow();
    await client.until('scan.finished');

    assert.deepEqual(
      client.messages.map(({ kind, finding }) => finding?.id ?? kind),
      ['hello', billing.id, 'scan.finished'],
    );
  });

  it('a team hears of its own findings only, whatever it asks for', async () => {
    for (const query of ['', '?namespaces=prod/billing,prod/shop']) {
      const client = await open(query, 'shop');
      await scanNow();
      await client.until('scan.finished');

      assert.deepEqual(
        client.messages.flatMap(({ finding }) => finding?.namespace ?? []),
        query === '' ? ['prod/shop'] : [],
      );
    }
  });

  it('goes on after the last event that a client saw, or says that it cannot', async () => {
    const client = await open();
    await scanNow();
    await client.until('scan.finished');
    const started = client.messages.find(({ kind }) => kind === 'scan.started');

    const again = await open(`?lastEventId=${started?.id}`);
    const stranger = await open('?lastEventId=00000000-7');
    await again.until('scan.finished');

    assert.deepEqual(
      again.messages.slice(1).map(({ id }) => id),
      client.messages.slice(2).map(({ id }) => id),
    );
    assert.equal(again.messages[0]?.resumed, true);
    assert.equal(stranger.messages[0]?.resumed, false);
  });

  it('refuses a kind that there is none of', async () => {
    const headers = { authorization: `Bearer ${await service.token()}` };

    assert.equal(await refused(headers, '?kinds=scan0started'), 400);
  });

  it('lets nobody in without a good token', async () => {
    const expired = await service.token({ exp: Math.floor(Date.now() / 1000) - 60 });

    assert.equal(await refused({}), 401);
    assert.equal(await refused({ authorization: 'Bearer nonsense' }), 401);
    assert.equal(await refused({ authorization: `Bearer ${expired}` }), 401);
    assert.equal(await refused({ authorization: `Bearer ${await service.token({ sub: 'stranger' })}` }), 403);
  });

  it('closes the connection when its token expires', async function () {
    this.timeout(60_000);
    const token = await service.token({ exp: Math.floor(Date.now() / 1000) + 2 });
    const socket = new WebSocket(`${service.url.replace('http', 'ws')}/api/v1/events`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const [code] = (await once(socket, 'close')) as [number];

    assert.equal(code, 4401);
  });

  it('another site cannot open one with the cookie of its visitor', async () => {
    const cookie = `strandline_session=${await service.token()}`;
    const { host } = new URL(service.url);

    assert.equal(await refused({ cookie, origin: 'https://evil.example.org' }), 403);
    assert.equal(await refused({ cookie, origin: 'null' }), 403);
    assert.equal(await refused({ cookie, origin: `http://${host}.evil.example.org` }), 403);
    assert.equal(await refused({ cookie }), 403);
    assert.equal(await refused({ cookie, origin: `http://${host}`, 'sec-fetch-site': 'cross-site' }), 403);
  });

  it('another site cannot start a scan with it either', async () => {
    const cookie = `strandline_session=${await service.token()}`;
    const post = (headers: Record<string, string>) =>
      fetch(`${service.url}/api/v1/scans`, { method: 'POST', headers: { cookie, ...headers } });

    assert.equal((await post({})).status, 403);
    assert.equal((await post({ origin: 'https://evil.example.org' })).status, 403);
    assert.equal((await post({ origin: service.url })).status, 202);
  });

  it('a browser on our own page is let in by its cookie', async () => {
    const socket = new WebSocket(`${service.url.replace('http', 'ws')}/api/v1/events`, {
      headers: { cookie: `strandline_session=${await service.token()}`, origin: service.url },
    });
    await once(socket, 'open');
    socket.terminate();
  });

  it('closes with a reason when the replica is stopped', async () => {
    const { socket } = await open();
    const closed = once(socket, 'close');
    service.abort();

    assert.equal((await closed)[0], 1001);
  });

  it('closes for whoever talks instead of listening', async () => {
    const { socket } = await open();
    socket.send('{"kind":"scan.finished"}');

    assert.equal((await once(socket, 'close'))[0], 1003);
  });

  it('has a limit of subscribers', async () => {
    const own = await startService({ serve: { subscribers: 1 } });
    try {
      const headers = { authorization: `Bearer ${await own.token()}` };
      const url = `${own.url.replace('http', 'ws')}/api/v1/events`;
      const first = new WebSocket(url, { headers });
      await once(first, 'open');
      const second = new WebSocket(url, { headers });
      second.once('error', () => {});
      const [, { statusCode }] = (await once(second, 'unexpected-response')) as [unknown, { statusCode: number }];

      assert.equal(statusCode, 503);
      first.terminate();
    } finally {
      await own.close();
    }
  });
});

function place(namespace: string) {
  return {
    source: 'cluster/prod' as const,
    cluster: 'prod',
    kind: 'PersistentVolumeClaim',
    namespace,
    name: `${namespace}-data`,
  };
}
