import { randomUUID } from 'node:crypto';
import type { ServiceEvent } from './event.ts';

export interface NumberedEvent {
  /** `REPLICA-NUMBER`: only the replica that gave it out can go on from it. */
  readonly id: string;
  readonly at: string;
  readonly event: ServiceEvent;
}

export type Listener = (event: NumberedEvent) => void;

export interface Hub {
  publish(event: ServiceEvent): void;
  /** `missed` is undefined when it is not known what came after `lastId`: the caller must read the result again. */
  subscribe(
    listener: Listener,
    lastId?: string,
  ): { readonly missed: readonly NumberedEvent[] | undefined; stop(): void };
  readonly subscribers: number;
}

const kept = 2000;

export function createHub(now: () => Date): Hub {
  const replica = randomUUID().slice(0, 8);
  const listeners = new Set<Listener>();
  const recent: NumberedEvent[] = [];
  let number = 0;

  function missedSince(lastId: string): readonly NumberedEvent[] | undefined {
    const [from, text] = lastId.split('-');
    const last = Number(text);
    const first = number - recent.length;
    if (from !== replica || !Number.isInteger(last) || last < first || last > number) return undefined;
    return recent.slice(last - first);
  }

  return {
    publish(event) {
      number += 1;
      const numbered = { id: `${replica}-${number}`, at: now().toISOString(), event };
      recent.push(numbered);
      if (recent.length > kept) recent.shift();
      for (const listener of listeners) listener(numbered);
    },
    subscribe(listener, lastId) {
      listeners.add(listener);
      const missed = lastId === undefined ? [] : missedSince(lastId);
      return { missed, stop: () => listeners.delete(listener) };
    },
    get subscribers() {
      return listeners.size;
    },
  };
}
