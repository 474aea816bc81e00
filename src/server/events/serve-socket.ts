import type { FastifyRequest } from 'fastify';
import type { WebSocket } from 'ws';
import { durationMs } from '../../util/duration.ts';
import type { View } from '../auth/caller.ts';
import type { ServerContext } from '../context.ts';
import type { Subscription } from './add-events.ts';
import { isWanted, type ServiceEvent, type Wish } from './event.ts';
import type { NumberedEvent } from './hub.ts';

const heartbeatMs = 20_000;
/** Progress may be left out for whoever reads slowly; more than the second limit waiting, and he must come again. */
const slowBytes = 256 * 1024;
const tooSlowBytes = 4 * 1024 * 1024;

/** One subscriber, from the first message to the last. The token is looked at again while he stays. */
export function serveSocket(socket: WebSocket, request: FastifyRequest, context: ServerContext): void {
  const { hub, now } = context;
  const wish = toWish(request.query as Subscription);
  let view: View = request.view ?? { isAll: false, namespaces: new Set() };
  let isAlive = true;

  const send = ({ id, at, event }: NumberedEvent): void => {
    if (socket.readyState !== socket.OPEN || !isWanted(event, wish, view)) return;
    if (socket.bufferedAmount > tooSlowBytes) socket.close(1013, 'too slow: come again with lastEventId');
    else if (socket.bufferedAmount < slowBytes || event.kind !== 'scan.progress')
      socket.send(JSON.stringify({ id, at, ...forView(event, view) }));
  };

  const { missed, stop } = hub.subscribe(send, (request.query as Subscription).lastEventId);
  socket.send(
    JSON.stringify({ kind: 'hello', at: now().toISOString(), ...stateOf(context), resumed: missed !== undefined }),
  );
  for (const event of missed ?? []) send(event);

  const beat = setInterval(() => {
    if (!isAlive) return socket.terminate();
    isAlive = false;
    socket.ping();
  }, heartbeatMs);
  const look = setInterval(
    () => {
      lookAgain(request, context)
        .then((next) => {
          if (next === undefined) socket.close(4401, 'the token is not valid any more');
          else view = next;
        })
        .catch(() => undefined); // nobody can tell now: the next look will
    },
    Math.max(1000, durationMs(context.config.serve.auth.kubernetes.cacheFor)),
  );
  const expiry = closeAtExpiry(socket, request, now);
  socket.on('pong', () => {
    isAlive = true;
  });
  socket.on('message', () => socket.close(1003, 'nothing is expected here'));
  socket.on('error', () => socket.terminate());
  socket.once('close', () => {
    stop();
    clearInterval(beat);
    clearInterval(look);
    clearTimeout(expiry);
  });
}

/** Why a scan failed may name what belongs to others. */
function forView(event: ServiceEvent, view: View): ServiceEvent {
  return event.kind === 'scan.failed' && !view.isAll ? { ...event, because: 'the scan failed' } : event;
}

function toWish({ kinds, minSeverity, namespaces }: Subscription): Wish {
  return {
    kinds: (kinds?.split(',') ?? []) as Wish['kinds'],
    minSeverity,
    namespaces: namespaces?.split(',') ?? [],
  };
}

function stateOf({ board, scanner }: ServerContext) {
  const running = scanner.jobs.find(({ state }) => state === 'running');
  return {
    ...(board.shown !== undefined && { scanId: board.shown.result.scan.id }),
    ...(running !== undefined && { running: { scanId: running.id, step: running.step } }),
  };
}

async function lookAgain(request: FastifyRequest, { authenticator, rights, board }: ServerContext) {
  const caller = await authenticator.authenticate(request.token ?? '');
  const view = caller && (await rights.viewOf(caller, board.shown?.namespaces ?? []));
  return view === undefined || (!view.isAll && view.namespaces.size === 0) ? undefined : view;
}

const longestTimerMs = 2 ** 31 - 1;

function closeAtExpiry(socket: WebSocket, { caller }: FastifyRequest, now: () => Date): NodeJS.Timeout | undefined {
  if (caller?.expiresAtMs === undefined) return undefined;
  const leftMs = Math.min(longestTimerMs, Math.max(0, caller.expiresAtMs - now().getTime()));
  return setTimeout(() => socket.close(4401, 'the token has expired'), leftMs);
}
