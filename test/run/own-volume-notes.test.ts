import assert from 'node:assert/strict';
import { addObject } from '../../fixtures/builder/kubernetes.ts';
import { clusterOf, toEstate } from '../../fixtures/builder/world.ts';
import { newBase } from '../../fixtures/estates/checks/base.ts';
import { listOwnVolumeNotes } from '../../src/run/own-volume-notes.ts';
import { linkEstate } from '../support/link-estate.ts';

/** The base estate, and in it the pod that scans, with a claim of its own on a backend or elsewhere. */
function withOwnPod(volume: 'csi' | 'nfs of the NAS' | 'local') {
  const base = newBase('own volume');
  const cluster = clusterOf(base.world, 'prod');
  let claimName = 'strandline-data';
  if (volume === 'csi') claimName = base.volume().claimName;
  else {
    const source =
      volume === 'local'
        ? { hostPath: { path: '/data' } }
        : { nfs: { server: '10.9.0.5', path: '/mnt/tank/strandline' } };
    addObject(base.world, cluster, 'v1', 'PersistentVolume', {
      name: 'strandline-data',
      createdMs: base.world.nowMs,
      spec: {
        ...source,
        capacity: { storage: '5Gi' },
        accessModes: ['ReadWriteMany'],
        persistentVolumeReclaimPolicy: 'Retain',
        claimRef: { namespace: 'shop', name: claimName },
      },
      status: { phase: 'Bound' },
    });
  }
  const pod = addObject(base.world, cluster, 'v1', 'Pod', {
    name: 'strandline-scan',
    namespace: 'shop',
    createdMs: base.world.nowMs,
    spec: {
      containers: [{ name: 'strandline', image: 'strandline' }],
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }],
    },
    status: { phase: 'Running' },
  });
  return { ...linkEstate(toEstate(base.world)), podUid: pod.metadata.uid };
}

describe('[U] run/own-volume-notes', () => {
  it('warns when the history lies on a backend that is watched', () => {
    const { inventory, links, podUid } = withOwnPod('csi');

    const notes = listOwnVolumeNotes(inventory, links, podUid);

    assert.equal(notes.length, 1);
    assert.equal(notes[0]?.kind, 'ownVolumeOnWatchedNas');
    assert.match(notes[0]?.text ?? '', /NAS nas01/);
  });

  it('warns when it lies on an export of the NAS that no driver made', () => {
    const { inventory, links, podUid } = withOwnPod('nfs of the NAS');

    assert.equal(listOwnVolumeNotes(inventory, links, podUid).length, 1);
  });

  it('is silent when it lies elsewhere', () => {
    const { inventory, links, podUid } = withOwnPod('local');

    assert.deepEqual(listOwnVolumeNotes(inventory, links, podUid), []);
  });

  it('is silent outside a pod, and for volumes of other pods', () => {
    const { inventory, links } = withOwnPod('csi');

    assert.deepEqual(listOwnVolumeNotes(inventory, links, undefined), []);
    assert.deepEqual(listOwnVolumeNotes(inventory, links, 'another-pod'), []);
  });
});
