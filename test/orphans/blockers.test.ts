import assert from 'node:assert/strict';
import type { Peek } from '../../src/model/check.ts';
import type { ZfsSnapshot } from '../../src/model/truenas.ts';
import { blockersOfDataset, holdsOf } from '../../src/orphans/blockers.ts';
import { makeDatasetLink } from '../support/make-guard-input.ts';
import { makeDataset } from '../support/make-inventory.ts';

const snapshot = (parts: Partial<ZfsSnapshot>) => ({ name: 'tank/v@s', ...parts }) as ZfsSnapshot;

/** Every list was read and is empty, but those that are named. */
const peek = (...unread: readonly string[]): Peek => ({
  cluster: () => undefined,
  nas: (nas, section) => (nas !== 'nas01' || unread.includes(section) ? undefined : ([] as never)),
});

describe('[U] orphans/blockers', () => {
  it('finds nothing in the way of a dataset that nothing depends on', () => {
    assert.deepEqual(blockersOfDataset(makeDatasetLink('tank/v'), peek()), []);
  });

  it('names clones, children, holds, contents and shares, in this order', () => {
    const link = makeDatasetLink('tank/v', {
      clones: ['tank/c1', 'tank/c2'],
      children: ['tank/v/child'],
      contents: ['prod/content'],
      snapshots: { status: 'found', value: [snapshot({}), snapshot({ holds: ['backup'] })] },
      shares: { status: 'found', value: [{ nas: 'nas01', kind: 'NfsShare', id: 4, name: '/mnt/tank/v' }] },
    });

    assert.deepEqual(blockersOfDataset(link, peek()), [
      { kind: 'clone', name: 'tank/c1', why: 'is a clone of one of its snapshots' },
      { kind: 'clone', name: 'tank/c2', why: 'is a clone of one of its snapshots' },
      { kind: 'child', name: 'tank/v/child', why: 'stands below it and would go with it' },
      { kind: 'hold', name: 'tank/v@s', why: 'is held by backup' },
      {
        kind: 'snapshot',
        name: 'prod/content',
        why: 'a VolumeSnapshotContent still refers to one of its snapshots',
      },
      { kind: 'share', name: 'NfsShare /mnt/tank/v', why: 'still serves it' },
    ]);
  });

  it('invents nothing where snapshots and shares could not be read', () => {
    for (const status of ['unknown', 'absent'] as const) {
      const lookup = status === 'absent' ? { status } : { status, unread: [] };
      assert.deepEqual(blockersOfDataset(makeDatasetLink('tank/v', { snapshots: lookup, shares: lookup }), peek()), []);
    }
  });

  const unread = (name: string) => ({ kind: 'unread', name, why: 'could not be read: somebody may be connected' });
  const sessions = ['nfsClients', 'smbSessions', 'iscsiSessions', 'nvmeSessions'];

  it('takes sessions that nobody could read for somebody: of files for a dataset, of blocks for a zvol', () => {
    const file = makeDatasetLink('tank/v');
    const block = makeDatasetLink('tank/v', { dataset: makeDataset('tank/v', { type: 'VOLUME' }) });

    assert.deepEqual(blockersOfDataset(file, peek(...sessions)), [unread('nfsClients'), unread('smbSessions')]);
    assert.deepEqual(blockersOfDataset(block, peek(...sessions)), [unread('iscsiSessions'), unread('nvmeSessions')]);
    assert.deepEqual(blockersOfDataset(file, peek('smbSessions', 'iscsiSessions')), [unread('smbSessions')]);
  });

  it('asks the NAS on which the dataset stands', () => {
    assert.equal(blockersOfDataset(makeDatasetLink('tank/v', { nas: 'nas02' }), peek()).length, 2);
  });
});

describe('[U] orphans/blockers, holds', () => {
  it('names every tag', () => {
    assert.deepEqual(holdsOf(snapshot({ holds: ['backup', 'legal'], holdCount: 2 })), [
      { kind: 'hold', name: 'tank/v@s', why: 'is held by backup' },
      { kind: 'hold', name: 'tank/v@s', why: 'is held by legal' },
    ]);
  });

  it('goes by the number where the release does not tell the tags', () => {
    assert.deepEqual(holdsOf(snapshot({ holdCount: 1 })), [{ kind: 'hold', name: 'tank/v@s', why: 'has 1 hold' }]);
    assert.deepEqual(holdsOf(snapshot({ holds: [], holdCount: 2 })), [
      { kind: 'hold', name: 'tank/v@s', why: 'has 2 holds' },
    ]);
  });

  it('finds none where none is told', () => {
    assert.deepEqual(holdsOf(snapshot({})), []);
    assert.deepEqual(holdsOf(snapshot({ holdCount: 0, holds: [] })), []);
  });
});
