import { openCluster } from '../../../src/collect/kubernetes/index.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { toClusterTargets } from '../../../src/config/to-targets.ts';
import type { ClusterSectionName } from '../../../src/model/kubernetes.ts';
import { silentLogger } from '../../../src/model/logger.ts';

/** `CONFIG SECTION…`: a few lists alone, read, checked and projected as a scan reads them. */
const [file = '', ...names] = process.argv.slice(2);
const wanted = names as ClusterSectionName[];
const { config } = loadConfig({ env: process.env, file });
for (const target of toClusterTargets(config)) {
  const cluster = await openCluster(target, { log: silentLogger, signal: new AbortController().signal });
  const { sections } = await cluster.collect(wanted);
  cluster.close();
  for (const name of wanted) {
    const section = sections[name];
    if (!section.ok) throw new Error(`${name} was not read completely`);
    process.stdout.write(`${section.items.length} ${name}\n`);
  }
}
