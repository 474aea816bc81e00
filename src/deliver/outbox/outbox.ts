import type { ObjectStore } from '../../history/object-store.ts';
import { groupBy } from '../../util/groups.ts';
import { stableId } from '../../util/stable-id.ts';
import { OutboxEntry, type OutboxItem, type OutboxKey, OutboxStep } from './records.ts';

/**
 * Once and only once, over runs, retries and crashes. Everything is created if absent and never changed:
 * `outbox/<id>/message`, `outbox/<id>/entry.json`, then `outbox/<id>/step-000.json` and so on.
 */
export interface Outbox {
  /** False when the same key was put in before: by a retried Job, or by the run that failed to send it. */
  add(entry: OutboxEntry, message: Uint8Array): Promise<boolean>;
  /** False when somebody else wrote this step first: then the entry is theirs. */
  step(item: OutboxItem, step: OutboxStep): Promise<boolean>;
  message(id: string): Promise<Uint8Array | undefined>;
  list(deployment: string): Promise<readonly OutboxItem[]>;
  /** Deletes a settled entry: the entry first, so that a killed deletion never leaves one that looks unsent. */
  remove(item: OutboxItem): Promise<void>;
}

const folder = 'outbox/';

export function outboxId({ deployment, kind, of, completeness, recipient }: OutboxKey): string {
  return stableId([deployment, kind, of, completeness, recipient]);
}

export function openOutbox(objects: ObjectStore): Outbox {
  return {
    async add(entry, message) {
      const id = outboxId(entry);
      // The entry comes last: where it stands, the message stands too. A message of a killed attempt is used as it is.
      await objects.putIfAbsent(`${folder}${id}/message`, message);
      return (await objects.putIfAbsent(`${folder}${id}/entry.json`, toBytes(entry))) === 'created';
    },
    async step({ id, steps }, step) {
      return (await objects.putIfAbsent(stepKey(id, steps.length), toBytes(step))) === 'created';
    },
    async remove({ id, steps }) {
      await objects.delete(`${folder}${id}/entry.json`);
      await objects.delete(`${folder}${id}/message`);
      for (const index of steps.keys()) await objects.delete(stepKey(id, index));
    },
    message: (id) => objects.get(`${folder}${id}/message`),
    async list(deployment) {
      const keys = (await objects.list(folder)).map(({ key }) => key).filter((key) => key.endsWith('.json'));
      const items = await Promise.all(
        [...groupBy(keys, (key) => key.split('/')[1] ?? '')].map(([id, ones]) => readItem(objects, id, ones)),
      );
      return items
        .filter((item) => item !== undefined)
        .filter(({ entry }) => entry.deployment === deployment)
        .sort((a, b) => Date.parse(a.entry.createdAt) - Date.parse(b.entry.createdAt));
    },
  };
}

function stepKey(id: string, index: number): string {
  return `${folder}${id}/step-${String(index).padStart(3, '0')}.json`;
}

async function readItem(objects: ObjectStore, id: string, keys: readonly string[]): Promise<OutboxItem | undefined> {
  const read = async (key: string): Promise<unknown> => {
    const bytes = await objects.get(key);
    return bytes === undefined ? undefined : JSON.parse(new TextDecoder().decode(bytes));
  };
  const entry = OutboxEntry.safeParse(await read(`${folder}${id}/entry.json`)).data;
  if (entry === undefined) return undefined;
  const stepKeys = keys.filter((key) => key.includes('/step-')).toSorted();
  const steps = await Promise.all(stepKeys.map(async (key) => OutboxStep.parse(await read(key))));
  return { id, entry, steps };
}

function toBytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
