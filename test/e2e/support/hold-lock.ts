// Holds the scan lock until it is killed: `hold-lock.ts KUBECONFIG NAMESPACE`.
import { openCluster } from '../../../src/collect/kubernetes/index.ts';
import { createLeaseApi } from '../../../src/collect/kubernetes/lease.ts';
import { silentLogger } from '../../../src/model/logger.ts';
import { acquireScanLock } from '../../../src/run/lock.ts';

const [file = '', namespace = ''] = process.argv.slice(2);
const source = await openCluster(
  { name: 'test', source: { kind: 'kubeconfig', file }, tls: {}, callTimeoutMs: 5_000, pageSize: 500 },
  { log: silentLogger, signal: new AbortController().signal },
);
if (source.connection === undefined) throw new Error('no connection');
await acquireScanLock({
  api: createLeaseApi({ ...source.connection, namespace, name: 'strandline' }),
  holder: 'pod-killed',
  leaseMs: 3_000,
  waitForMs: 0,
  logger: silentLogger,
});
process.stdout.write('held\n');
setInterval(() => {}, 1_000);
