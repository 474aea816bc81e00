import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { type Service, startService } from '../../support/serve.ts';

describe('[I] server/slow-client', function () {
  this.timeout(60_000);
  let service: Service;
  before(async () => {
    service = await startService();
  });
  after(() => service?.close());

  const starts: Readonly<Record<string, string>> = {
    'a header': 'GET /healthz HTTP/1.1\r\nHost: x\r\n',
    'a body': 'POST /session HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n',
  };
  for (const [what, start] of Object.entries(starts)) {
    it(`who sends ${what} byte by byte is cut off, and others are answered meanwhile`, async () => {
      const { hostname, port } = new URL(service.url);
      const socket = connect(Number(port), hostname);
      socket.on('error', () => {});
      socket.write(start);
      const drip = setInterval(() => socket.writable && socket.write('X-A: b\r\n'), 500);
      let answer = '';
      socket.on('data', (chunk) => {
        answer += String(chunk);
      });
      const closed = new Promise((resolve) => socket.once('close', resolve));
      const other = await service.get('/api/v1/pools');
      await closed;
      clearInterval(drip);

      assert.equal(other.status, 200);
      assert.match(answer, /^HTTP\/1.1 4\d\d/);
    });
  }
});
