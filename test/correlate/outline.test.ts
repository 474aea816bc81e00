import assert from 'node:assert/strict';
import { outlineOfCluster, outlineOfNas } from '../../src/correlate/outline.ts';
import type { ClusterInventory, PersistentVolume } from '../../src/model/kubernetes.ts';
import { makeHealthyEstate } from '../support/healthy-estate.ts';
import { itemsIn, read, takenAt } from '../support/make-inventory.ts';
import { makeClaim, makeCluster, makeCsi, makeVolume } from './support/small.ts';

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

  describe('which volumes are kept', () => {
    const claim = { namespace: 'shop', name: 'data' };
    const plain = makeVolume('plain', { claim });
    const target = (name: string, portal: string) =>
      makeVolume(name, { claim, csi: makeCsi(name, { iqn: `iqn:${name}`, portal }) });
    const keptOf = (sections: Parameters<typeof makeCluster>[0]) => {
      const { persistentVolumes } = outlineOfCluster(makeCluster(sections)).sections;
      return itemsIn(persistentVolumes).map(({ name, claim: of }) => (of === undefined ? name : `${name}, claimed`));
    };

    it('is the last of each server that names a target, as if never claimed', () => {
      const volumes = [
        plain,
        target('a', '10.9.0.5:3260'),
        target('b', '10.9.0.6:3260'),
        target('c', '10.9.0.5:3260'),
        makeVolume('d', { csi: makeCsi('d', { iqn: 'iqn:d' }) }),
      ];

      assert.deepEqual(keptOf({ persistentVolumes: read(volumes), claims: read([makeClaim('data')]) }), [
        'c',
        'b',
        'd',
      ]);
    });

    it('is the first bound to a claim, too, where the list of claims came back empty', () => {
      const { claim: _, ...unclaimed } = plain;
      const volumes = [
        { ...plain, name: 'released', phase: 'Released' },
        { ...unclaimed, name: 'lost' },
        plain,
        { ...plain, name: 'other' },
      ];

      assert.deepEqual(keptOf({ persistentVolumes: read(volumes) }), ['plain, claimed']);
      assert.deepEqual(keptOf({ persistentVolumes: read(volumes), claims: read([makeClaim('data')]) }), []);
      assert.deepEqual(keptOf({ persistentVolumes: read(volumes), claims: failed }), []);
      assert.deepEqual(keptOf({ persistentVolumes: read([...volumes, target('a', '10.9.0.5')]) }), [
        'plain, claimed',
        'a',
      ]);
    });

    it('is none where nothing is bound and nothing names a target', () => {
      assert.deepEqual(keptOf({ persistentVolumes: read([{ ...plain, phase: 'Available' }]) }), []);
    });

    it('stays unread where volumes were not read', () => {
      const outline = outlineOfCluster(makeCluster({ persistentVolumes: failed, claims: read([makeClaim('data')]) }));

      assert.deepEqual(outline.sections.persistentVolumes, failed);
      assert.deepEqual(outline.sections.claims, read([]));
      assert.equal(outline.name, 'prod');
    });
  });
});
