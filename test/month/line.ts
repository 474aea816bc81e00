import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** What the line does to those who use it. */
export interface LineState {
  /** Bytes of answers per second and connection. Default: as fast as it goes. */
  readonly bytesPerSecond?: number;
  /** After so many bytes of answers every connection is cut: the system restarts in the middle of a list. */
  readonly cutAfterBytes?: number;
  /** How long nobody answers after the cut. */
  readonly downMs?: number;
}

/** A TCP line to a system, so that it can be slow (this kernel has no netem) or be cut. TLS goes through untouched. */
export interface Line {
  readonly port: number;
  /** How often the line was cut since `set`. */
  readonly cuts: number;
  /** Bytes that came slowly since `set`. */
  readonly slowedBytes: number;
  set(state: LineState): void;
  close(): Promise<void>;
}

export async function openLine(targetPort: number, host: string): Promise<Line> {
  let state: LineState = {};
  let seen = 0;
  let cuts = 0;
  let slowedBytes = 0;
  let downUntilMs = 0;
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  };
  const cut = () => {
    cuts += 1;
    downUntilMs = Date.now() + (state.downMs ?? 0);
    state = {};
    for (const socket of sockets) socket.destroy();
  };
  const answers = () =>
    new Transform({
      transform(chunk: Buffer, _, done) {
        seen += chunk.length;
        if (state.cutAfterBytes !== undefined && seen >= state.cutAfterBytes) {
          cut();
          return;
        }
        const { bytesPerSecond } = state;
        if (bytesPerSecond === undefined) {
          done(null, chunk);
          return;
        }
        slowedBytes += chunk.length;
        sleep((chunk.length / bytesPerSecond) * 1000).then(
          () => done(null, chunk),
          () => done(),
        );
      },
    });
  const server = createServer((client) => {
    keep(client);
    if (Date.now() < downUntilMs) {
      client.destroy();
      return;
    }
    const target = connect(targetPort, host);
    keep(target);
    client.on('close', () => target.destroy());
    target.on('close', () => client.destroy());
    client.pipe(target);
    target.pipe(answers()).pipe(client);
  });
  await new Promise<void>((done) => server.listen(0, host, done));
  return {
    port: (server.address() as AddressInfo).port,
    get cuts() {
      return cuts;
    },
    get slowedBytes() {
      return slowedBytes;
    },
    set: (next) => {
      state = next;
      seen = 0;
      cuts = 0;
      slowedBytes = 0;
      downUntilMs = 0;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}
