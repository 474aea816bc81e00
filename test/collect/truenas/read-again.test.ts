import assert from 'node:assert/strict';
import { toBatches } from '../../../src/collect/truenas/batches.ts';
import { openNas } from '../../../src/collect/truenas/open-nas.ts';
import type { PremiseReading } from '../../../src/collect/truenas/read-again.ts';
import type { Premise } from '../../../src/model/finding.ts';
import { silentLogger } from '../../../src/model/logger.ts';
import type { TrueNasSimulator } from '../../../src/simulate/truenas/server.ts';
import { csiSnapshot, makeDataset, nfsVolume } from '../../support/nas-state.ts';
import { nasTarget, quickRetry } from '../../support/nas-target.ts';
import { withNas } from '../../support/with-nas.ts';

const nfs = `tank/k8s/nfs/vols/${nfsVolume}`;
const snapshot = `${nfs}@${csiSnapshot}`;

function premise(kind: Premise['kind'], name: string, uid?: string): Premise {
  return { source: 'nas/nas01', kind, name, expect: 'absent', ...(uid !== undefined && { uid }) };
}

async function readAgain(nas: TrueNasSimulator, premises: readonly Premise[]): Promise<readonly PremiseReading[]> {
  const session = openNas(nasTarget(nas), { log: silentLogger, retry: quickRetry, env: {} });
  try {
    return await session.readAgain(premises);
  } finally {
    await session.close();
  }
}

const statuses = (readings: readonly PremiseReading[]) =>
  readings.map(({ premise: { kind, name }, status }) => `${kind} ${name} ${status}`);

describe('[I] collect/truenas/read-again', () => {
  for (const release of ['core-13', '22.12', '24.10', '25.04', '25.10', '26'] as const) {
    it(`tells what is there from what is gone, in the order asked: ${release}`, () =>
      withNas({ release }, async (nas) => {
        const readings = await readAgain(nas, [
          premise('dataset', nfs),
          premise('dataset', 'tank/none'),
          premise('snapshot', snapshot),
          premise('snapshot', `${nfs}@none`),
          premise('snapshot', 'tank/none@none'),
          premise('nfsShare', '58'),
          premise('nfsShare', '99'),
          premise('smbShare', '3'),
          premise('iscsiTarget', '41'),
          premise('iscsiTarget', '0'),
          premise('iscsiExtent', '39'),
          premise('iscsiTargetExtent', '40'),
          premise('snapshotTask', '4'),
          premise('snapshotTask', '5'),
          premise('replication', '1'),
        ]);

        assert.deepEqual(statuses(readings), [
          `dataset ${nfs} present`,
          'dataset tank/none absent',
          `snapshot ${snapshot} present`,
          `snapshot ${nfs}@none absent`,
          'snapshot tank/none@none absent',
          'nfsShare 58 present',
          'nfsShare 99 absent',
          'smbShare 3 present',
          'iscsiTarget 41 present',
          'iscsiTarget 0 absent',
          'iscsiExtent 39 present',
          'iscsiTargetExtent 40 present',
          'snapshotTask 4 present',
          'snapshotTask 5 absent',
          'replication 1 present',
        ]);
      }));

    it(`gives the identity of a snapshot whose premise pins one: ${release}`, () =>
      withNas({ release }, async (nas) => {
        const [reading] = await readAgain(nas, [premise('snapshot', snapshot, '902211')]);

        const guid = nas.state.snapshots.find(({ name }) => name === snapshot)?.guid;
        assert.ok(reading?.uids?.includes('902211'), JSON.stringify(reading));
        assert.ok(reading?.uids?.includes(guid ?? 'none'), JSON.stringify(reading));
      }));
  }

  for (const release of ['25.10', '26'] as const) {
    it(`gives guid and createtxg of datasets and reads NVMe-oF: ${release}`, () =>
      withNas({ release }, async (nas) => {
        const state = nas.state.datasets.find(({ name }) => name === nfs);

        const [dataset, subsystem, namespace] = await readAgain(nas, [
          premise('dataset', nfs, state?.guid),
          premise('nvmeSubsystem', '1'),
          premise('nvmeNamespace', '2'),
        ]);

        assert.equal(dataset?.uid, state?.guid);
        assert.deepEqual(dataset?.uids, [state?.guid, String(state?.createTxg)]);
        assert.equal(subsystem?.status, 'present');
        assert.equal(namespace?.status, 'absent');
      }));
  }

  it('splits thousands of long names into messages that the NAS accepts', () =>
    withNas({ release: '25.10' }, async (nas) => {
      const names = Array.from({ length: 1500 }, (_, i) => `tank/k8s/nfs/vols/pvc-${String(i).padStart(120, '0')}`);
      nas.setState({ ...nas.state, datasets: [...nas.state.datasets, makeDataset(names[700] ?? '')] });

      const readings = await readAgain(
        nas,
        names.map((name) => premise('dataset', name)),
      );

      assert.deepEqual(
        readings.filter(({ status }) => status !== 'absent').map(({ premise: { name } }) => name),
        [names[700]],
      );
      assert.ok(nas.log.records.filter(({ call }) => call === 'pool.dataset.query').length > 2);
    }));

  it('never says absent when the reading failed, and leaves other kinds as they are', () =>
    withNas({ release: '25.10' }, async (nas) => {
      nas.faults.set([{ system: 'nas/nas01', call: 'pool.dataset.query', kind: 'serverError' }]);

      const [dataset, share] = await readAgain(nas, [premise('dataset', 'tank/none'), premise('nfsShare', '58')]);

      assert.equal(dataset?.status, 'failed');
      assert.equal(dataset?.error?.code, 'server');
      assert.equal(share?.status, 'present');
    }));

  for (const release of ['24.10', '25.10', '26'] as const) {
    it(`does not say absent of what lies in a pool that went offline: ${release}`, () =>
      withNas({ release }, async (nas) => {
        const pools = nas.state.pools.map((pool) =>
          pool.name === 'flash' ? { ...pool, status: 'OFFLINE' as const } : pool,
        );
        const datasets = nas.state.datasets.filter(({ name }) => !name.startsWith('flash'));
        nas.setState({ ...nas.state, pools, datasets });

        const readings = await readAgain(nas, [
          premise('dataset', 'flash/replica'),
          premise('snapshot', 'flash/replica@a'),
          premise('dataset', 'tank/none'),
          premise('dataset', 'gone/none'),
        ]);

        assert.deepEqual(
          readings.map(({ status }) => status),
          ['failed', 'failed', 'absent', 'failed'],
        );
      }));
  }

  it('fails every premise when the NAS does not let us in', () =>
    withNas({ release: '25.10' }, async (nas) => {
      nas.faults.set([{ system: 'nas/nas01', call: 'auth.login_ex', kind: 'unauthorized' }]);

      const readings = await readAgain(nas, [premise('dataset', nfs), premise('nfsShare', '58')]);

      assert.deepEqual(
        readings.map(({ status, error }) => `${status} ${error?.code}`),
        ['failed unauthenticated', 'failed unauthenticated'],
      );
    }));

  it('refuses a premise that is no matter of a NAS', () =>
    withNas({ release: '25.10' }, async (nas) => {
      const [node, share] = await readAgain(nas, [premise('Node', 'worker-1'), premise('nfsShare', 'by-name')]);

      assert.equal(node?.status, 'failed');
      assert.equal(share?.status, 'failed');
    }));

  it('fails premises about NVMe-oF on a release without it', () =>
    withNas({ release: '25.04' }, async (nas) => {
      assert.equal((await readAgain(nas, [premise('nvmeSubsystem', '1')]))[0]?.status, 'failed');
    }));
});

describe('[U] collect/truenas/batches', () => {
  it('keeps every item, in order, none in two batches', () => {
    const names = Array.from({ length: 1234 }, (_, i) => `${i}-${'x'.repeat(i % 200)}`);

    const batches = toBatches(names);

    assert.deepEqual(batches.flat(), names);
    for (const batch of batches) assert.ok(Buffer.byteLength(JSON.stringify(batch)) < 60_000);
    assert.deepEqual(toBatches([]), []);
  });
});
