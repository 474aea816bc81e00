import assert from 'node:assert/strict';
import { orphanBacking } from '../../fixtures/builder/accidents/nas-side.ts';
import { installBackend } from '../../fixtures/builder/backend.ts';
import { addNas } from '../../fixtures/builder/nas.ts';
import { TiB } from '../../fixtures/builder/units.ts';
import { use } from '../../fixtures/builder/workloads.ts';
import { toEstate } from '../../fixtures/builder/world.ts';
import { newBase } from '../../fixtures/estates/checks/base.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import type { Estate } from '../../src/simulate/estate.ts';
import { differencesFromTruth, judgeEstate } from '../support/judge-estate.ts';

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
