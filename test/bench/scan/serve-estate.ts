import { join } from 'node:path';
import { startEstateServers } from '../../../src/cli/demo/estate-servers.ts';
import { buildBenchEstate } from './bench-estate.ts';
import { startRealCluster } from './real-cluster.ts';

/**
 * Serves an estate until standard input ends: `VOLUMES real|simulated`, which is about the cluster. Prints one line of
 * JSON: where its config is, and what it holds.
 */
const [volumes, kind] = process.argv.slice(2);
const isReal = kind === 'real';
const estate = buildBenchEstate(Number(volumes));
const [cluster] = estate.clusters;
const [nas] = estate.nases;
if (cluster === undefined || nas === undefined) throw new Error('the estate has no cluster or no NAS');
const more = { log: { level: 'error' }, report: { title: estate.name } };
const servers = await startEstateServers(isReal ? { ...estate, clusters: [] } : estate, more);
const real = isReal
  ? await startRealCluster(cluster, join(servers.folder, `${cluster.name}.kubeconfig`)).catch(
      async (error: unknown) => {
        await servers.close();
        throw error;
      },
    )
  : undefined;
const count = (each: string) => cluster.objects.filter((object) => object.kind === each).length;
process.stdout.write(
  `${JSON.stringify({
    configFile: servers.configFile,
    folder: servers.folder,
    cluster: isReal ? 'real' : 'simulated',
    persistentVolumes: count('PersistentVolume'),
    claims: count('PersistentVolumeClaim'),
    volumeSnapshots: count('VolumeSnapshot'),
    pods: count('Pod'),
    datasets: nas.datasets.length,
    snapshots: nas.snapshots.length,
  })}\n`,
);
process.stdin.resume();
process.stdin.on('end', () => void Promise.all([real?.stop(), servers.close()]).then(() => process.exit(0)));
