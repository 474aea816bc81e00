// Starts a control plane, says where its state is, and never ends by itself.
import { startCluster } from '../cluster/cluster.ts';

const cluster = await startCluster();
process.stdout.write(`${cluster.own?.stateDir}\n`);
setInterval(() => {}, 1_000);
