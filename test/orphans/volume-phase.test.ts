import assert from 'node:assert/strict';
import { volumeFinding } from '../../src/orphans/volume-phase.ts';
import { makeDatasetLink, makeLinks, metaOf } from '../support/make-guard-input.ts';
import { makeDataset } from '../support/make-inventory.ts';
import { makeVolume, makeVolumeLink, standsOn, unread } from '../support/run-detector.ts';

const dataset = makeDataset('tank/k8s/vols/pv', {
  usedBytes: 11,
  usedByDatasetBytes: 9,
  usedBySnapshotsBytes: 2,
  usedByRefreservationBytes: 0,
});
const volume = makeVolume("pv'1", {
  phase: 'Released',
  phaseSince: '2026-11-01T00:00:00Z',
  capacityBytes: 20,
  labels: { team: 'shop' },
  claim: { namespace: 'shop', name: 'db', uid: 'u' },
  ignore: { reason: 'kept' },
});
const links = makeLinks({ datasets: [makeDatasetLink(dataset.name, { dataset })] });

describe('[U] orphans/volume-phase', () => {
  it('says all that findings on a phase have in common', () => {
    const found = volumeFinding(metaOf({}), 'here', makeVolumeLink(volume, { backing: standsOn(dataset) }), links, {
      why: 'it waits',
      steps: ['Look.'],
      commands: ['kubectl get events'],
      evidence: [{ fact: 'more', value: '1', from: 'there' }],
      blockers: [{ kind: 'hold', name: 'h', why: 'w' }],
    });
    const from = 'cluster/prod persistentVolumes';

    assert.deepEqual(found, {
      check: metaOf({}).id,
      scope: 'here',
      confidence: 'high',
      resource: {
        source: 'cluster/prod',
        cluster: 'prod',
        kind: 'PersistentVolume',
        name: volume.name,
        uid: volume.uid,
      },
      owner: { namespace: 'shop', claim: 'db', labels: { team: 'shop' } },
      createdAt: volume.createdAt,
      ignore: { reason: 'kept' },
      bytes: { provisioned: 20, used: 11, reclaimable: 11 },
      why: 'it waits',
      evidence: [
        { fact: 'phase', value: 'Released', from },
        { fact: 'in this phase since', value: '2026-11-01T00:00:00Z', from },
        { fact: 'reclaim policy', value: 'Delete', from },
        { fact: 'dataset', value: dataset.name, from: 'nas/nas01 datasets' },
        { fact: 'more', value: '1', from: 'there' },
      ],
      blockers: [{ kind: 'hold', name: 'h', why: 'w' }],
      remediation: {
        steps: ['Look.'],
        commands: [`kubectl get pv 'pv'\\''1' -o yaml`, 'kubectl get events'],
        docs: `docs/checks/${metaOf({}).id}.md`,
      },
      premises: [
        { source: 'cluster/prod', kind: 'PersistentVolume', name: volume.name, uid: volume.uid, expect: 'present' },
      ],
    });
  });

  it('promises nothing of a dataset that is not known', () => {
    const { bytes, evidence, blockers, remediation } = volumeFinding(
      metaOf({}),
      'here',
      makeVolumeLink(volume, { backing: unread }),
      links,
      { why: 'it waits', steps: [] },
    );

    assert.deepEqual(bytes, { provisioned: 20 });
    assert.deepEqual(
      evidence.map(({ fact }) => fact),
      ['phase', 'in this phase since', 'reclaim policy'],
    );
    assert.deepEqual(blockers, []);
    assert.equal(remediation.commands.length, 1);
  });
});
