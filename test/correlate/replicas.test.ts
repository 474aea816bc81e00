import assert from 'node:assert/strict';
import { indexNas } from '../../src/correlate/nas-index.ts';
import { replicaTest } from '../../src/correlate/replicas.ts';
import type { Dataset, Replication } from '../../src/model/truenas.ts';
import { failed, makeDataset, makeNas, makeReplication, makeZvol, own, read } from './support/small.ts';

const isReplica = (dataset: Dataset, ...tasks: Replication[]) =>
  replicaTest(indexNas(makeNas({ replications: read(tasks) })))(dataset);
const copy = makeDataset('backup/k8s/pvc-1');

describe('[U] correlate/replicas', () => {
  it('calls a copy what stands at or below the target of a pulled replication', () => {
    const pull = makeReplication('backup/k8s');

    assert.equal(isReplica(copy, pull), true);
    assert.equal(isReplica(makeDataset('backup/k8s'), pull), true);
    assert.equal(isReplica(makeDataset('backup/k8s-2/pvc-1'), pull), false);
    assert.equal(isReplica(makeDataset('flash/k8s/pvc-1'), pull), false);
  });

  it('looks at the targets of every task', () => {
    assert.equal(isReplica(copy, makeReplication('backup/media'), makeReplication('backup/k8s')), true);
  });

  it('takes a local push for a copy, and a push over the network for one on another system', () => {
    const push = (transport: string) => makeReplication('backup/k8s', { direction: 'PUSH', transport });

    assert.equal(isReplica(copy, push('LOCAL')), true);
    assert.equal(isReplica(copy, push('SSH')), false);
    assert.equal(isReplica(copy, makeReplication('backup/k8s', { direction: 'PULL', transport: 'SSH+NETCAT' })), true);
  });

  it('takes a disabled task for what it once did', () => {
    assert.equal(isReplica(copy, makeReplication('backup/k8s', { enabled: false })), true);
  });

  it('knows a copy by one property that was received, though no task tells', () => {
    const received = { ...own({ managed_resource: 'true' }), ...own({ csi_volume_name: 'pvc-1' }, 'RECEIVED') };

    assert.equal(isReplica({ ...copy, userProperties: received }), true);
    for (const source of ['LOCAL', 'INHERITED', 'UNKNOWN'] as const) {
      assert.equal(isReplica({ ...copy, userProperties: own({ csi_volume_name: 'pvc-1' }, source) }), false, source);
    }
  });

  it('knows a copy by its being read-only, unless it is a pool or a zvol', () => {
    assert.equal(isReplica(makeDataset('backup/k8s/pvc-1', { readonly: true })), true);
    assert.equal(isReplica(makeDataset('backup/k8s/pvc-1', { readonly: false })), false);
    assert.equal(isReplica(makeDataset('backup', { readonly: true })), false);
    assert.equal(isReplica(makeZvol('backup/k8s/pvc-1', { readonly: true })), false);
  });

  it('calls nothing a copy of which nothing says so, also when the tasks were not read', () => {
    assert.equal(isReplica(copy), false);
    assert.equal(replicaTest(indexNas(makeNas({ replications: failed() })))(copy), false);
  });
});
