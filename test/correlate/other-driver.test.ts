import assert from 'node:assert/strict';
import { orphanBacking } from '../../fixtures/builder/accidents/nas-side.ts';
import { installBackend } from '../../fixtures/builder/backend.ts';
import { addCluster } from '../../fixtures/builder/kubernetes.ts';
import { use } from '../../fixtures/builder/workloads.ts';
import { toEstate } from '../../fixtures/builder/world.ts';
import { newBase } from '../../fixtures/estates/checks/base.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import { judgeEstate, toTruthFindings } from '../support/judge-estate.ts';

const isolated = 'staging';
const withoutIt = (inventory: Inventory): Inventory => ({
  ...inventory,
  clusters: inventory.clusters.filter(({ name }) => name !== isolated),
});

/**
 * Config says that truenas-csi has a parent for itself, and does not know the cluster whose democratic-csi keeps its zvols,
 * all in use, there too. Zvols carry no share comment that names a driver: only their properties tell.
 */
function judgeParentOfTwoDrivers(isExclusive: boolean) {
  const { world, volume } = newBase('two drivers at one parent');
  const parent = { nas: 'nas01', parent: 'tank/apps', protocol: 'iscsi' } as const;
  const official = installBackend(world, {
    ...{ ...parent, cluster: 'prod', driver: 'csi.truenas.io', family: 'truenas-csi', exclusive: isExclusive },
  });
  addCluster(world, { name: isolated });
  const unknown = installBackend(world, {
    ...{ ...parent, cluster: isolated, driver: 'org.democratic-csi.iscsi', driverType: 'freenas-iscsi' },
    isDeclared: false,
  });
  for (let count = 0; count < 6; count += 1) use(world, volume({ backend: official }));
  const theirs = volume({ backend: unknown }).datasetName;
  const lost = volume({ backend: official });
  orphanBacking(world, lost);
  const said = toTruthFindings(judgeEstate(toEstate(world), { change: withoutIt }));
  const of = (dataset: string) =>
    said.flatMap(({ name, check, severity, confidence, reclaimableBytes }) =>
      name === dataset ? [`${check} ${severity} ${confidence}${reclaimableBytes === undefined ? '' : ' bytes'}`] : [],
    );
  return { theirs: of(theirs), lost: of(lost.datasetName) };
}

describe('[U] correlate, a parent that another driver fills too', () => {
  it('is sure of nothing that bears the marks of the other driver, though config calls the parent exclusive', () => {
    assert.deepEqual(judgeParentOfTwoDrivers(true), {
      theirs: ['backend-without-volume LOW low'],
      lost: ['backend-without-volume HIGH high bytes'],
    });
  });

  it('says nothing of it where config does not call the parent exclusive', () => {
    assert.deepEqual(judgeParentOfTwoDrivers(false), { theirs: [], lost: ['backend-without-volume LOW low'] });
  });
});
