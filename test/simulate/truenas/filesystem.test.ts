import assert from 'node:assert/strict';
import { datasetOfPath, fileSystemOf, type Node } from '../../../src/simulate/truenas/filesystem.ts';
import { makeDataset, makeNasState, makeSnapshot } from '../../support/nas-state.ts';

const pool = makeNasState().pools[0];
assert.ok(pool);
const pools = [{ ...pool, sizeBytes: 10_000, allocatedBytes: 4_000 }];

describe('[U] simulate/truenas/filesystem', () => {
  it('sums a parent from what it holds itself and what is below it', () => {
    const { nodes } = fileSystemOf(
      makeNasState({
        pools,
        datasets: [
          makeDataset('tank', { dataBytes: 1 }),
          makeDataset('tank/a', { dataBytes: 10 }),
          makeDataset('tank/a/b', { dataBytes: 100, refreservationBytes: 300 }),
        ],
        snapshots: [makeSnapshot('tank/a@x', { usedBytes: 5 }), makeSnapshot('tank/a@y', { usedBytes: 7 })],
      }),
    );

    assert.deepEqual(sizes(nodes.get('tank/a/b')), { used: 300, children: 0, snapshots: 0, refreservation: 200 });
    assert.deepEqual(sizes(nodes.get('tank/a')), { used: 322, children: 300, snapshots: 12, refreservation: 0 });
    assert.deepEqual(sizes(nodes.get('tank')), { used: 323, children: 322, snapshots: 0, refreservation: 0 });
  });

  it('adds up in every dataset of a rich state', () => {
    const { nodes } = fileSystemOf(makeNasState());
    assert.ok(nodes.size > 15);

    for (const node of nodes.values()) {
      const { used, children, snapshots, refreservation } = sizes(node);
      assert.equal(used, node.state.dataBytes + snapshots + children + refreservation, node.state.name);
      assert.equal(
        children,
        node.children.reduce((sum, child) => sum + child.usedBytes, 0),
        node.state.name,
      );
    }
  });

  it('gives every dataset what the pool has free, less where a quota ends it', () => {
    const { nodes } = fileSystemOf(
      makeNasState({
        pools,
        datasets: [
          makeDataset('tank'),
          makeDataset('tank/free', { dataBytes: 10 }),
          makeDataset('tank/refquota', { dataBytes: 10, refquotaBytes: 100 }),
          makeDataset('tank/quota', { dataBytes: 10, quotaBytes: 50 }),
          makeDataset('tank/quota/below', { dataBytes: 20 }),
          makeDataset('tank/thick', { type: 'VOLUME', dataBytes: 10, volsizeBytes: 500, refreservationBytes: 500 }),
        ],
        snapshots: [],
      }),
    );
    const available = (name: string) => nodes.get(name)?.availableBytes;

    assert.equal(available('tank/free'), 6_000);
    assert.equal(available('tank/refquota'), 90);
    assert.equal(available('tank/quota'), 20);
    assert.equal(available('tank/quota/below'), 20);
    assert.equal(available('tank/thick'), 6_490);
  });

  it('hands user properties, encryption and locks down, and says from where', () => {
    const { nodes } = fileSystemOf(
      makeNasState({
        datasets: [
          makeDataset('tank'),
          makeDataset('tank/a', { encrypted: true, locked: true, userProperties: { 'my:tag': '1' } }),
          makeDataset('tank/a/b'),
          makeDataset('tank/a/b/c', { userProperties: { 'my:tag': '2' } }),
        ],
        snapshots: [],
      }),
    );

    assert.deepEqual(nodes.get('tank/a/b')?.userProperties.get('my:tag'), {
      value: '1',
      source: 'INHERITED',
      from: 'tank/a',
    });
    assert.equal(nodes.get('tank/a/b/c')?.userProperties.get('my:tag')?.source, 'LOCAL');
    assert.equal(nodes.get('tank/a/b/c')?.locked, true);
    assert.equal(nodes.get('tank/a/b/c')?.encryptionRoot, 'tank/a');
  });

  it('shows nothing of a pool that is offline', () => {
    const state = makeNasState();
    const offline = state.pools.map((one) => (one.name === 'flash' ? { ...one, status: 'OFFLINE' as const } : one));

    const { roots, snapshots } = fileSystemOf({ ...state, pools: offline });

    assert.deepEqual(
      roots.map(({ state: { name } }) => name),
      ['tank'],
    );
    assert.ok([...snapshots.keys()].every((name) => name.startsWith('tank')));
  });

  it('finds the dataset that a path lies in', () => {
    const fileSystem = fileSystemOf(makeNasState());

    assert.equal(datasetOfPath(fileSystem, '/mnt/tank/media')?.node.state.name, 'tank/media');
    assert.deepEqual(datasetOfPath(fileSystem, '/mnt/tank/media/films/old')?.rest, 'films/old');
    assert.equal(datasetOfPath(fileSystem, '/srv/elsewhere'), undefined);
  });

  it('refuses a state in which a dataset has no parent', () => {
    assert.throws(() => fileSystemOf(makeNasState({ datasets: [makeDataset('tank/a')] })), /tank\/a has no parent/);
  });
});

function sizes(node: Node | undefined) {
  assert.ok(node);
  return {
    used: node.usedBytes,
    children: node.usedByChildrenBytes,
    snapshots: node.usedBySnapshotsBytes,
    refreservation: node.usedByRefreservationBytes,
  };
}
