import { destroyBacking, releaseRetained } from '../../../fixtures/builder/accidents/kubernetes-side.ts';
import { orphanBacking, orphanShare } from '../../../fixtures/builder/accidents/nas-side.ts';
import { orphanSnapshot } from '../../../fixtures/builder/accidents/snapshots.ts';
import { installBackend } from '../../../fixtures/builder/backend.ts';
import { addCluster } from '../../../fixtures/builder/kubernetes.ts';
import { addNas } from '../../../fixtures/builder/nas.ts';
import { takeCsiSnapshot } from '../../../fixtures/builder/snapshots.ts';
import { GiB, TiB } from '../../../fixtures/builder/units.ts';
import { createVolume, type Volume } from '../../../fixtures/builder/volume.ts';
import { newWorld, toEstate } from '../../../fixtures/builder/world.ts';
import type { Estate } from '../../../src/simulate/estate.ts';

/**
 * One cluster, one NAS, two backends, `volumes` volumes and five leaks that do not depend on the age of anything in the
 * cluster: a real API server makes everything young.
 */
export function smallEstate(volumes = 12): Estate {
  const world = newWorld('e2e', new Date().toISOString(), 7);
  addNas(world, {
    name: 'nas01',
    address: '10.9.0.5',
    release: '25.10',
    pools: [{ name: 'tank', sizeBytes: 80 * TiB }],
  });
  addCluster(world, { name: 'prod' });
  const backends = (['nfs', 'iscsi'] as const).map((protocol) =>
    installBackend(world, {
      cluster: 'prod',
      driver: `org.democratic-csi.${protocol}`,
      nas: 'nas01',
      protocol,
      driverType: `freenas-${protocol}`,
      parent: `tank/k8s/${protocol}/vols`,
      detachedParent: `tank/k8s/${protocol}/snaps`,
    }),
  );
  let next = 0;
  const volume = (spec: { reclaimPolicy?: 'Retain' } = {}): Volume => {
    const backend = backends[next % backends.length];
    if (backend === undefined) throw new Error('no backend');
    next += 1;
    const size = { ageDays: 100, sizeBytes: 10 * GiB, usedBytes: 4 * GiB };
    return createVolume(world, backend, { namespace: 'shop', claim: `claim-${next}`, ...size, ...spec });
  };
  for (let index = 0; index < volumes; index += 1) {
    const healthy = volume();
    if (index < 10) takeCsiSnapshot(world, healthy, { name: `daily-${index}`, ageDays: 2, usedBytes: 2 ** 20 });
  }
  orphanBacking(world, volume());
  orphanBacking(world, volume());
  destroyBacking(world, volume());
  releaseRetained(world, volume({ reclaimPolicy: 'Retain' }), 60);
  orphanShare(world, volume());
  orphanSnapshot(world, volume(), { ageDays: 30, usedBytes: GiB });
  return toEstate(world);
}
