import assert from 'node:assert/strict';
import type { NasState } from '../../../src/simulate/estate.ts';
import { fileSystemOf } from '../../../src/simulate/truenas/filesystem.ts';
import { deleteDataset, deleteSnapshot, promoteDataset } from '../../../src/simulate/truenas/mutations.ts';
import { openRpc } from '../../support/json-rpc-client.ts';
import {
  csiSnapshot,
  iscsiVolume,
  makeDataset,
  makeNasState,
  makeSnapshot,
  nfsVolume,
  scanKey,
} from '../../support/nas-state.ts';
import { withNas } from '../../support/with-nas.ts';

const nfs = `tank/k8s/nfs/vols/${nfsVolume}`;
const iscsi = `tank/k8s/iscsi/vols/${iscsiVolume}`;
const clone = 'tank/k8s/nfs/vols/pvc-clone';

describe('[U] simulate/truenas/mutations', () => {
  describe('deleting a dataset', () => {
    it('takes its shares with it and gives its bytes back to the pool', () => {
      const before = deleteDataset(makeNasState(), clone, false);
      const used = fileSystemOf(before).nodes.get(nfs)?.usedBytes ?? 0;

      const after = deleteDataset(before, nfs, true);

      assert.equal(
        after.datasets.some(({ name }) => name === nfs),
        false,
      );
      assert.equal(
        after.nfsShares.some(({ path }) => path === `/mnt/${nfs}`),
        false,
      );
      assert.ok(used > 0);
      assert.equal(allocated(before) - allocated(after), used);
    });

    it('is refused while it has snapshots or children, unless recursive', () => {
      assert.throws(() => deleteDataset(makeNasState(), 'tank/k8s', false), { errname: 'EFAULT', message: /children/ });
    });

    it('is refused while a clone outside depends on it, even recursive', () => {
      assert.throws(() => deleteDataset(makeNasState(), nfs, true), { errname: 'EFAULT', message: /dependent clones/ });
    });

    it('is refused while a snapshot is held or an initiator is connected', () => {
      const state = makeNasState();
      const unheld = { ...state, snapshots: state.snapshots.filter(({ holds }) => holds === undefined) };
      const idle = { ...unheld, iscsi: { ...unheld.iscsi, sessions: [] } };

      assert.throws(() => deleteDataset(state, iscsi, true), { errname: 'EBUSY' });
      assert.throws(() => deleteDataset(unheld, iscsi, true), { errname: 'EBUSY' });
      assert.equal(deleteDataset(idle, iscsi, true).iscsi.extents.length, 1);
    });

    it('is refused for a pool and for what does not exist', () => {
      assert.throws(() => deleteDataset(makeNasState(), 'tank', true), { errname: 'EFAULT' });
      assert.throws(() => deleteDataset(makeNasState(), 'tank/none', true), { kind: 'instanceNotFound' });
    });
  });

  describe('deleting a snapshot', () => {
    it('is refused while a clone needs it, deferred when asked, and done with the last clone', () => {
      const name = `${nfs}@${csiSnapshot}`;

      assert.throws(() => deleteSnapshot(makeNasState(), name, false), { message: /dependent clones/ });
      const deferred = deleteSnapshot(makeNasState(), name, true);
      assert.equal(snapshotOf(deferred, name)?.deferDestroy, true);
      assert.equal(snapshotOf(deleteDataset(deferred, clone, false), name), undefined);
    });

    it('is refused while it is held', () => {
      assert.throws(() => deleteSnapshot(makeNasState(), `${iscsi}@snapshot-deferred`, false), { errname: 'EBUSY' });
    });
  });

  describe('promoting a clone', () => {
    const state = makeNasState({
      datasets: [
        makeDataset('tank'),
        makeDataset('tank/old', { dataBytes: 1000 }),
        makeDataset('tank/new', { dataBytes: 10, origin: 'tank/old@b' }),
        makeDataset('tank/other', { dataBytes: 1, origin: 'tank/old@a' }),
      ],
      snapshots: [
        makeSnapshot('tank/old@a', { createTxg: 1, usedBytes: 0, referencedBytes: 700 }),
        makeSnapshot('tank/old@b', { createTxg: 2, usedBytes: 0, referencedBytes: 800 }),
        makeSnapshot('tank/old@c', { createTxg: 3, usedBytes: 0, referencedBytes: 900 }),
      ],
    });

    it('moves the snapshots up to the origin and turns the dependence round', () => {
      const after = promoteDataset(state, 'tank/new');

      assert.deepEqual(
        after.snapshots.map(({ name }) => name),
        ['tank/new@a', 'tank/new@b', 'tank/old@c'],
      );
      assert.deepEqual(
        after.datasets.map(({ name, origin }) => [name, origin]),
        [
          ['tank', undefined],
          ['tank/old', 'tank/new@b'],
          ['tank/new', undefined],
          ['tank/other', 'tank/new@a'],
        ],
      );
    });

    it('lets the former owner go afterwards, and changes nothing in the sum', () => {
      const after = promoteDataset(state, 'tank/new');

      assert.equal(fileSystemOf(after).roots[0]?.usedBytes, fileSystemOf(state).roots[0]?.usedBytes);
      assert.throws(() => deleteDataset(state, 'tank/old', true), { message: /dependent clones/ });
      assert.doesNotThrow(() => deleteDataset(after, 'tank/old', true));
    });

    it('is refused for what is no clone', () => {
      assert.throws(() => promoteDataset(state, 'tank/old'), { message: /not a cloned/ });
    });
  });
});

describe('[I] simulate/truenas changes over JSON-RPC', () => {
  it('change what the next call answers, for those who may', () =>
    withNas({}, async (nas) => {
      const reader = await openRpc(nas);
      const admin = await openRpc(nas);
      await reader.result('auth.login_with_api_key', scanKey);
      await admin.result('auth.login', 'truenas_admin', 'admin-password');

      assert.equal((await reader.call('sharing.nfs.delete', 59)).error?.data?.['errname'], 'EACCES');
      assert.equal(await admin.result('sharing.nfs.delete', 59), true);
      assert.equal(await reader.result('sharing.nfs.query', [], { count: true }), 1);
      assert.equal((await admin.call('iscsi.target.delete', 41)).error?.data?.['errname'], 'EBUSY');
      assert.equal(await admin.result('iscsi.target.delete', 41, true, true), true);
      assert.equal(await reader.result('iscsi.extent.query', [], { count: true }), 1);
      assert.equal(await reader.result('iscsi.targetextent.query', [], { count: true }), 1);
      assert.equal(await admin.result('pool.dataset.delete', clone, { recursive: true }), true);
      assert.deepEqual(await reader.result('pool.dataset.query', [['id', '=', clone]]), []);
      reader.close();
      admin.close();
    }));
});

function allocated(state: NasState): number {
  return state.pools[0]?.allocatedBytes ?? 0;
}

function snapshotOf(state: NasState, name: string) {
  return state.snapshots.find((snapshot) => snapshot.name === name);
}
