import { openCluster } from '../../../src/collect/kubernetes/index.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { toClusterTargets } from '../../../src/config/to-targets.ts';
import { silentLogger } from '../../../src/model/logger.ts';

/** Volumes and claims alone, read, checked and projected as a scan reads them: what `popeye -s pv,pvc` reads. */
const { config } = loadConfig({ env: process.env, file: process.argv[2] ?? '' });
for (const target of toClusterTargets(config)) {
  const cluster = await openCluster(target, { log: silentLogger, signal: new AbortController().signal });
  const { persistentVolumes, claims } = (await cluster.collect(['persistentVolumes', 'claims'])).sections;
  cluster.close();
  if (!persistentVolumes.ok || !claims.ok) throw new Error('a list was not read completely');
  process.stdout.write(`${persistentVolumes.items.length} volumes, ${claims.items.length} claims\n`);
}
