// Starts a cluster, with a node where `--node` is given, says where its state is, and never ends by itself.
import { startCluster } from '../cluster/cluster.ts';

const cluster = await startCluster({ node: process.argv.includes('--node') });
process.stdout.write(`${cluster.own?.stateDir}\n`);
setInterval(() => {}, 1_000);
