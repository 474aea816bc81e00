import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateEstate } from '../../../fixtures/generator/generate.ts';
import { openLocalObjects } from '../../../src/history/local-objects.ts';
import { putShare } from '../../../src/history/shares.ts';
import type { ClusterInventory } from '../../../src/model/kubernetes.ts';
import { buildClusterShare, buildNasShare } from '../../../src/run/fleet/build-share.ts';
import { renamed } from '../../support/make-fleet.ts';
import { networkOf, planFleet } from './plan.ts';

/**
 * Writes the shares of every `of`th group of a fleet from the `from`th on, as `collect --share` stores them, and beside them
 * what the config says of the group and what is true of it. One group at a time is in memory.
 */
const [folder = '', clusters = '', volumesEach = '', from = '', of = ''] = process.argv.slice(2);
/** Every so many groups, a pod mounts something of the next group's NAS: such two are judged together. */
const tiedEvery = 10;
const attempt = { scanId: 'share', runId: 'night' };

const objects = openLocalObjects(join(folder, 'history'));
const groups = planFleet(Number(clusters));
for (const group of groups.filter(({ index }) => index % Number(of) === Number(from))) {
  const prefix = `g${group.index}-`;
  const estate = generateEstate(group.seed, { volumes: group.clusters * Number(volumesEach), leakShare: 0.02 });
  const { inventory, config } = renamed(estate, prefix, networkOf(group.index));
  const isTied = group.index % tiedEvery === 0 && group.index + 1 < groups.length;
  for (const nas of inventory.nases) await putShare(objects, buildNasShare(nas, attempt));
  for (const [index, cluster] of inventory.clusters.entries()) {
    const tied = isTied && index === 0 ? mounting(cluster, `${networkOf(group.index + 1)}5`) : cluster;
    await putShare(objects, buildClusterShare(tied, attempt));
  }
  const truth = estate.truth.findings.map(({ source, ...finding }) => ({
    ...finding,
    source: source.replace('/', `/${prefix}`),
  }));
  writeFileSync(join(folder, `${prefix}config.json`), JSON.stringify(config));
  writeFileSync(join(folder, `${prefix}truth.json`), JSON.stringify(truth));
}

/** What it mounts is on every generated NAS, and nobody's to judge. */
function mounting(cluster: ClusterInventory, server: string): ClusterInventory {
  const { pods } = cluster.sections;
  const [pod] = pods.ok ? pods.items : [];
  if (!pods.ok || pod === undefined) throw new Error(`${cluster.name} has no pod`);
  const inline = [{ kind: 'nfs', server, path: '/mnt/tank/home/mei lin' }] as const;
  const guest = { ...pod, name: 'guest', uid: `guest-${cluster.name}`, storage: { claims: [], ephemeral: [], inline } };
  return { ...cluster, sections: { ...cluster.sections, pods: { ...pods, items: [...pods.items, guest] } } };
}
