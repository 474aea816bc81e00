import assert from 'node:assert/strict';
import type { Premise } from '../../../src/model/finding.ts';
import { FaultInjector, type FaultKind } from '../../../src/simulate/faults.ts';
import { makeClaim, makeClusterState, makeVolume, makeVolumes } from '../../support/cluster-state.ts';
import { closeSimulated, openSimulated } from '../../support/open-simulated.ts';

describe('[U] collect/kubernetes/read-again', () => {
  afterEach(closeSimulated);

  it('tells what is there, with its uid, from what is not', async () => {
    const objects = [
      makeVolume('pvc-1'),
      makeVolume('pvc-2', {}, { deletionTimestamp: '2026-11-01T00:00:00Z' }),
      makeClaim('shop', 'media'),
    ];
    const { cluster } = await openSimulated(makeClusterState(objects));
    const premises = [
      premise('PersistentVolume', 'pvc-1'),
      premise('PersistentVolume', 'pvc-2'),
      premise('PersistentVolume', 'pvc-3'),
      premise('PersistentVolumeClaim', 'media', 'shop'),
      premise('PersistentVolumeClaim', 'media', 'lab'),
      premise('VolumeSnapshot', 'media-1', 'shop'),
    ];

    const answers = await cluster.readAgain(premises);

    assert.deepEqual(
      answers.map(({ status, uid, deleting }) => ({ status, uid, deleting })),
      [
        { status: 'present', uid: 'uid-persistentvolume--pvc-1', deleting: undefined },
        { status: 'present', uid: 'uid-persistentvolume--pvc-2', deleting: true },
        { status: 'absent', uid: undefined, deleting: undefined },
        { status: 'present', uid: 'uid-persistentvolumeclaim-shop-media', deleting: undefined },
        { status: 'absent', uid: undefined, deleting: undefined },
        { status: 'absent', uid: undefined, deleting: undefined },
      ],
    );
    assert.deepEqual(
      answers.map((answer) => answer.premise),
      premises,
    );
  });

  const kinds: readonly FaultKind[] = [
    'hang',
    'cut',
    'unauthorized',
    'forbidden',
    'notFound',
    'gone',
    'tooManyRequests',
    'serverError',
    'unavailable',
    'halfPage',
    'wrongJson',
    'emptyList',
  ];
  for (const kind of kinds) {
    it(`says failed, never absent, when the answer meets ${kind}`, async () => {
      const call = '/api/v1/persistentvolumes/pvc-1';
      const faults = new FaultInjector([{ system: '*', call, kind, retryAfterSeconds: 0 }]);
      const { cluster } = await openSimulated(makeClusterState([makeVolume('pvc-1')]), {
        simulator: { faults },
        target: { callTimeoutMs: 1_000 },
      });

      const [answer] = await cluster.readAgain([premise('PersistentVolume', 'pvc-1')]);

      assert.equal(answer?.status, 'failed');
      assert.ok(answer.error !== undefined);
      assert.ok(faults.firedCount() > 0);
    });
  }

  it('says failed for kinds that no cluster holds, and for a claim without namespace', async () => {
    const { cluster } = await openSimulated(makeClusterState());

    const answers = await cluster.readAgain([premise('dataset', 'tank/x'), premise('PersistentVolumeClaim', 'media')]);

    assert.deepEqual(
      answers.map(({ status }) => status),
      ['failed', 'failed'],
    );
  });

  it('says absent for a snapshot when discovery shows no snapshot CRDs, and failed when it is broken', async () => {
    const faults = new FaultInjector();
    const state = makeClusterState([], { absentGroups: ['snapshot.storage.k8s.io'] });
    const { cluster } = await openSimulated(state, { simulator: { faults } });
    const asked = [premise('VolumeSnapshotContent', 'snapcontent-1')];

    assert.equal((await cluster.readAgain(asked))[0]?.status, 'absent');
    faults.set([{ system: '*', call: '/apis', kind: 'serverError' }]);
    assert.equal((await cluster.readAgain(asked))[0]?.status, 'failed');
  });

  it('reads a thousand names over four connections', async () => {
    const { simulator, cluster } = await openSimulated(makeClusterState(makeVolumes(1_000)));
    const premises = makeVolumes(1_000).map(({ metadata }) => premise('PersistentVolume', metadata.name));

    const answers = await cluster.readAgain(premises);

    assert.ok(answers.every(({ status }) => status === 'present'));
    assert.ok(simulator.connectionCount <= 4);
  });
});

function premise(kind: Premise['kind'], name: string, namespace?: string): Premise {
  return {
    source: 'cluster/prod',
    kind,
    name,
    expect: 'absent',
    ...(namespace !== undefined && { namespace }),
  };
}
