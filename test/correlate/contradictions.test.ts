import assert from 'node:assert/strict';
import { orphanBacking } from '../../fixtures/builder/accidents/nas-side.ts';
import { installBackend } from '../../fixtures/builder/backend.ts';
import { addNas } from '../../fixtures/builder/nas.ts';
import { TiB } from '../../fixtures/builder/units.ts';
import { use } from '../../fixtures/builder/workloads.ts';
import { toEstate } from '../../fixtures/builder/world.ts';
import { newBase } from '../../fixtures/estates/checks/base.ts';
import { contradictedBlockLists, contradictedClusters } from '../../src/correlate/contradictions.ts';
import { mayServe } from '../../src/correlate/served-by.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import type { ClusterSections } from '../../src/model/kubernetes.ts';
import type { NasSections } from '../../src/model/truenas.ts';
import type { Estate } from '../../src/simulate/estate.ts';
import { differencesFromTruth, judgeEstate } from '../support/judge-estate.ts';
import {
  failed,
  indexOfClusters,
  indexOfNases,
  makeClaim,
  makeCluster,
  makeCsi,
  makeExtent,
  makeNas,
  makeTarget,
  makeTargetExtent,
  makeVolume,
  read,
} from './support/small.ts';

/** nas01 serves iSCSI; on nas02 one zvol was left behind, and its volumes are of the protocol given. */
function twoNases(protocol: 'nvmeof' | 'iscsi'): Estate {
  const { world, volume } = newBase(`two NASes, ${protocol}`);
  addNas(world, { name: 'nas02', address: '10.9.0.6', release: '25.10', pools: [{ name: 'flash', sizeBytes: TiB }] });
  const backend = installBackend(world, {
    cluster: 'prod',
    driver: 'csi.truenas.io',
    family: 'truenas-csi',
    nas: 'nas02',
    protocol,
    parent: 'flash/k8s',
    exclusive: true,
  });
  for (let count = 0; count < 6; count += 1) use(world, volume({ backend }));
  orphanBacking(world, volume({ backend }));
  return toEstate(world);
}

const withoutTargets = (inventory: Inventory): Inventory => ({
  ...inventory,
  nases: inventory.nases.map((nas) => {
    const empty = { ok: true as const, items: [], takenAt: inventory.nases[0]?.sections.datasets.takenAt ?? '' };
    const lists = { iscsiTargets: empty, iscsiExtents: empty, iscsiTargetExtents: empty };
    return nas.name === 'nas02' ? { ...nas, sections: { ...nas.sections, ...lists } } : nas;
  }),
});

function verdictOnNas02(estate: Estate, change?: (inventory: Inventory) => Inventory) {
  const { outcomes } = judgeEstate(estate, change === undefined ? {} : { change });
  return outcomes.find(({ id, scope }) => id === 'backend-without-volume' && scope.endsWith('@nas02'));
}

describe('[U] correlate/contradictions, claims', () => {
  const bound = makeVolume('pvc-1', { phase: 'Bound', claim: { namespace: 'shop', name: 'data' } });
  const { claim: _, ...unclaimed } = bound;
  const empty = (cluster: string) => ({
    source: `cluster/${cluster}`,
    name: 'claims',
    because: 'the list is empty although volumes are bound to claims',
  });
  const contradicted = (sections: Partial<ClusterSections>) =>
    contradictedClusters(indexOfClusters(makeCluster(sections)), 'every');

  it('doubts an empty list of claims while a volume is bound to one', () => {
    const volumes = [makeVolume('pvc-0', { phase: 'Available' }), bound];

    assert.deepEqual(contradicted({ persistentVolumes: read(volumes) }), [empty('prod')]);
  });

  it('believes it while no volume is bound to a claim', () => {
    assert.deepEqual(contradicted({}), []);
    assert.deepEqual(contradicted({ persistentVolumes: read([{ ...bound, phase: 'Released' }]) }), []);
    assert.deepEqual(contradicted({ persistentVolumes: read([unclaimed]) }), []);
  });

  it('says nothing of a list with claims, nor of one that was not read: that is said elsewhere', () => {
    const persistentVolumes = read([bound]);

    assert.deepEqual(contradicted({ persistentVolumes, claims: read([makeClaim('other')]) }), []);
    assert.deepEqual(contradicted({ persistentVolumes, claims: failed() }), []);
    assert.deepEqual(contradicted({ persistentVolumes: failed() }), []);
  });

  it('looks at the clusters that are asked for', () => {
    const sections = { persistentVolumes: read([bound]) };
    const clusters = indexOfClusters(makeCluster(sections), makeCluster(sections, { name: 'dev' }));

    assert.deepEqual(contradictedClusters(clusters, 'every'), [empty('prod'), empty('dev')]);
    assert.deepEqual(contradictedClusters(clusters, ['dev']), [empty('dev')]);
    assert.deepEqual(contradictedClusters(clusters, []), []);
  });
});

describe('[U] correlate/contradictions, iSCSI', () => {
  const volume = makeVolume('pvc-1', { csi: makeCsi('pvc-1', { iqn: 'iqn:csi-1', portal: '10.9.0.5:3260' }) });
  const session = { protocol: 'iscsi' as const, client: '10.9.0.21' };
  const empty = (...names: string[]) =>
    names.map((name) => ({
      source: 'nas/nas01',
      name,
      because: 'the list is empty although volumes or sessions name iSCSI targets',
    }));
  const all = empty('iscsiTargets', 'iscsiExtents', 'iscsiTargetExtents');

  function contradicted(sections: Partial<NasSections>, volumes = [volume]) {
    const nases = indexOfNases(makeNas(sections), makeNas({}, { name: 'nas02', addresses: ['10.9.0.6'] }));
    const index = nases.get('nas01');
    assert.ok(index);
    const clusters = indexOfClusters(makeCluster(), makeCluster({ persistentVolumes: read(volumes) }, { name: 'dev' }));
    return contradictedBlockLists(clusters, index, mayServe(nases));
  }

  it('doubts every empty list of targets while a volume of any cluster names one here', () => {
    assert.deepEqual(contradicted({}), all);
    assert.deepEqual(contradicted({}, [makeVolume('pvc-0'), volume]), all);
  });

  it('doubts them while a session is open, whatever the volumes say', () => {
    assert.deepEqual(contradicted({ iscsiSessions: read([session]) }, []), all);
  });

  it('believes them while nobody names a target', () => {
    assert.deepEqual(contradicted({}, []), []);
    assert.deepEqual(contradicted({}, [makeVolume('pvc-nfs')]), []);
    assert.deepEqual(contradicted({ iscsiSessions: failed() }, []), []);
  });

  it('believes them while the volumes name targets of another NAS', () => {
    const elsewhere = { ...volume, csi: makeCsi('pvc-1', { iqn: 'iqn:csi-1', portal: '10.9.0.6:3260' }) };

    assert.deepEqual(contradicted({}, [elsewhere]), []);
  });

  it('doubts only the lists that are empty, and says nothing of one that was not read', () => {
    const sections = { iscsiTargets: read([makeTarget(1, 'csi-1')]), iscsiExtents: failed() };

    assert.deepEqual(contradicted(sections), empty('iscsiTargetExtents'));
  });

  it('has nothing to doubt where every list has something', () => {
    const sections = {
      iscsiTargets: read([makeTarget(1, 'csi-1')]),
      iscsiExtents: read([makeExtent(1, 'csi-1')]),
      iscsiTargetExtents: read([makeTargetExtent(1, 1, 1)]),
      iscsiSessions: read([session]),
    };

    assert.deepEqual(contradicted(sections), []);
  });
});

describe('[U] correlate/contradictions', () => {
  it('finds the leftover zvol of a NAS without iSCSI although volumes of another NAS name iSCSI targets', () => {
    const estate = twoNases('nvmeof');

    assert.deepEqual(differencesFromTruth(estate, judgeEstate(estate)), []);
    assert.equal(verdictOnNas02(estate)?.count, 1);
  });

  it('gives no verdict on a zvol while the NAS lists no target and its own volumes name some', () => {
    const verdict = verdictOnNas02(twoNases('iscsi'), withoutTargets);

    assert.equal(verdict?.count, 0);
    assert.match(verdict?.undecided[0]?.because ?? '', /iscsiTargets: the list is empty although volumes/);
  });
});
