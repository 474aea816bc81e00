import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deliverItem } from '../../../src/deliver/outbox/deliver-item.ts';
import { type Outbox, openOutbox, outboxId } from '../../../src/deliver/outbox/outbox.ts';
import { type OutboxEntry, stateOf } from '../../../src/deliver/outbox/records.ts';
import { settleOutbox } from '../../../src/deliver/outbox/settle.ts';
import { ConfigError } from '../../../src/errors.ts';
import { openLocalObjects } from '../../../src/history/local-objects.ts';
import type { ObjectStore } from '../../../src/history/object-store.ts';
import { openMemoryObjects } from '../../support/memory-objects.ts';

const now = new Date('2026-11-23T05:00:00.000Z');
const hour = 3_600_000;

const entry: OutboxEntry = {
  formatVersion: 1,
  deployment: 'main',
  kind: 'scan',
  of: 'run-1',
  completeness: 'complete',
  recipient: 'ops@example.org',
  createdAt: now.toISOString(),
  expiresAt: new Date(now.getTime() + 72 * hour).toISOString(),
  notAssessed: '',
  open: 1,
};

const message = new TextEncoder().encode('hello');

describe('[U] deliver/outbox', () => {
  let folder: string;
  let objects: ObjectStore;
  let outbox: Outbox;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'outbox-'));
    objects = openLocalObjects(folder);
    outbox = openOutbox(objects);
  });

  afterEach(() => rm(folder, { recursive: true }));

  it('takes one entry per deployment, kind, run, completeness and recipient', async () => {
    assert.equal(await outbox.add(entry, message), true);
    assert.equal(await outbox.add({ ...entry, createdAt: 'later' }, message), false);
    assert.equal(await outbox.add({ ...entry, recipient: 'dev@example.org' }, message), true);
    assert.equal(await outbox.add({ ...entry, completeness: 'partial' }, message), true);
    assert.equal((await outbox.list('main')).length, 3);
    assert.equal((await outbox.list('other')).length, 0);
  });

  it('lets only one of many send, however many try at once', async () => {
    await outbox.add(entry, message);
    const [item] = await outbox.list('main');
    assert.ok(item);
    let sent = 0;
    const attempt = {
      now: () => now,
      by: 'scan',
      async send() {
        sent += 1;
        return { state: 'sent' } as const;
      },
    };

    await Promise.all(Array.from({ length: 20 }, () => deliverItem(outbox, item, attempt)));

    assert.equal(sent, 1);
    const [after] = await outbox.list('main');
    assert.equal(after && stateOf(after), 'settled');
  });

  it('leaves open what failed before anything was sent', async () => {
    await outbox.add(entry, message);
    const [item] = await outbox.list('main');
    assert.ok(item);

    const outcome = await deliverItem(outbox, item, {
      now: () => now,
      by: 'scan',
      send: () => Promise.reject(new ConfigError('the file of email.passwordFile cannot be read')),
    });

    assert.equal(outcome?.state, 'failed');
    const [after] = await outbox.list('main');
    assert.equal(after && stateOf(after), 'open');
  });

  it('tells once of a claim that nobody ended, and never before its time', async () => {
    await outbox.add(entry, message);
    await outbox.step(
      { id: outboxId(entry), entry, steps: [] },
      { state: 'claimed', at: now.toISOString(), by: 'dead' },
    );
    const settleAt = (ms: number) => settleOutbox(outbox, 'main', new Date(now.getTime() + ms), 'next');

    assert.deepEqual(await settleAt(5 * 60_000), []);
    assert.match((await settleAt(hour))[0] ?? '', /run-1 to ops@example\.org may or may not have arrived/);
    assert.deepEqual(await settleAt(2 * hour), []);
  });

  it('gives up what nobody could deliver in time, and says so', async () => {
    await outbox.add(entry, message);

    const told = await settleOutbox(outbox, 'main', new Date(now.getTime() + 73 * hour), 'next');

    assert.match(told[0] ?? '', /could not be delivered in time/);
  });

  it('forgets what was settled long ago', async () => {
    await outbox.add(entry, message);
    const [item] = await outbox.list('main');
    assert.ok(item);
    await outbox.step(item, { state: 'sent', at: now.toISOString(), by: 'scan' });

    await settleOutbox(outbox, 'main', new Date(now.getTime() + 89 * 24 * hour), 'next');
    assert.equal((await outbox.list('main')).length, 1);
    await settleOutbox(outbox, 'main', new Date(now.getTime() + 91 * 24 * hour), 'next');
    assert.deepEqual(await objects.list('outbox/'), []);
  });

  it('sends what a run put in and died before it claimed it', async () => {
    const memory = openOutbox(openMemoryObjects());
    await memory.add(entry, message);

    const [item] = await memory.list('main');

    assert.equal(item && stateOf(item), 'open');
  });
});
