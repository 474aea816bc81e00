import assert from 'node:assert/strict';
import { outlineOfCluster, outlineOfNas } from '../../src/correlate/outline.ts';
import type { ClusterInventory, PersistentVolume } from '../../src/model/kubernetes.ts';
import { makeHealthyEstate } from '../support/healthy-estate.ts';
import { itemsIn, read, takenAt } from '../support/make-inventory.ts';

const { inventory } = makeHealthyEstate();
const [cluster] = inventory.clusters;
const [nas] = inventory.nases;
if (cluster === undefined || nas === undefined) throw new Error('the healthy estate has one of each');
const failed = { ok: false, error: { code: 'timeout', message: 'too late' }, takenAt } as const;

function outlined(change: Partial<ClusterInventory['sections']>): readonly PersistentVolume[] {
  const { persistentVolumes } = outlineOfCluster({
    ...(cluster as ClusterInventory),
    sections: { ...(cluster as ClusterInventory).sections, ...change },
  }).sections;
  return persistentVolumes.ok ? persistentVolumes.items : [];
}

describe('[U] correlate/outline', () => {
  it('empties every list that was read, and keeps what failed, what is absent and who it is', () => {
    const outline = outlineOfNas({ ...nas, sections: { ...nas.sections, snapshots: failed } });

    assert.deepEqual(outline.sections.snapshots, failed);
    assert.deepEqual(outline.sections.datasets, { ...nas.sections.datasets, items: [] });
    assert.deepEqual({ ...outline, sections: {} }, { ...nas, sections: {} });
  });

  it('keeps a volume of each server that names a target, for a NAS that lists none', () => {
    const kept = outlined({});

    assert.ok(kept.length > 0);
    assert.ok(kept.every(({ csi }) => csi?.attributes['iqn'] !== undefined));
    assert.equal(new Set(kept.map(({ csi }) => csi?.attributes['portal'])).size, kept.length);
  });

  it('lets nobody believe that claims are missing which were only left out', () => {
    assert.ok(outlined({}).every(({ claim }) => claim === undefined));
  });

  it('keeps a bound volume where the list of claims came back empty', () => {
    const { persistentVolumes } = (cluster as ClusterInventory).sections;
    const bound = itemsIn(persistentVolumes).map((volume) => ({
      ...volume,
      claim: { namespace: 'shop', name: 'data' },
    }));

    const kept = outlined({ claims: read([]), persistentVolumes: read(bound) });

    assert.ok(kept.some(({ phase, claim }) => phase === 'Bound' && claim !== undefined));
  });
});
