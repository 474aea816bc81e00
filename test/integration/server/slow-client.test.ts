import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { type Service, startService } from '../../support/serve.ts';

describe('[I] server/slow-client', function () {
  this.timeout(60_000);
  let service: Service;
  const starts = {
    'a header': 'GET /healthz HTTP/1.1\r\nHost: x\r\n',
    'a body': 'POST /session HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n',
  };
  const answers = new Map<string, Promise<string>>();
  before(async () => {
    service = await startService();
    for (const [what, start] of Object.entries(starts)) answers.set(what, drip(service.url, start));
  });
  after(() => service?.close());

  for (const what of Object.keys(starts)) {
    it(`who sends ${what} byte by byte is cut off, and others are answered meanwhile`, async () => {
      const other = await service.get('/api/v1/pools');
      const answer = await answers.get(what);

      assert.equal(other.status, 200);
      assert.match(answer ?? '', /^HTTP\/1.1 4\d\d/);
    });
  }
});

/** Never ends what it has begun. @returns what it was told until it was cut off. */
function drip(url: string, start: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  socket.write(start);
  const dripping = setInterval(() => socket.writable && socket.write('X-A: b\r\n'), 500);
  let answer = '';
  socket.on('data', (chunk) => {
    answer += String(chunk);
  });
  return new Promise((resolve) => {
    socket.once('close', () => {
      clearInterval(dripping);
      resolve(answer);
    });
  });
}
