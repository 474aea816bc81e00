import { startEstateServers } from '../../../src/cli/demo/estate-servers.ts';
import { buildBenchEstate } from './bench-estate.ts';

/** Serves an estate until standard input ends. Prints one line of JSON: where its config is, and what it holds. */
const estate = buildBenchEstate(Number(process.argv[2]));
const servers = await startEstateServers(estate, { log: { level: 'error' }, report: { title: estate.name } });
const [cluster] = estate.clusters;
const [nas] = estate.nases;
const count = (kind: string) => cluster?.objects.filter((object) => object.kind === kind).length ?? 0;
process.stdout.write(
  `${JSON.stringify({
    configFile: servers.configFile,
    folder: servers.folder,
    now: estate.now,
    persistentVolumes: count('PersistentVolume'),
    claims: count('PersistentVolumeClaim'),
    volumeSnapshots: count('VolumeSnapshot'),
    pods: count('Pod'),
    datasets: nas?.datasets.length,
    snapshots: nas?.snapshots.length,
  })}\n`,
);
process.stdin.resume();
process.stdin.on('end', () => void servers.close().then(() => process.exit(0)));
