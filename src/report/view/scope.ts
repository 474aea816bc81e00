import type { BackendInfo } from '../../model/scan-result.ts';
import type { ViewContext } from './context.ts';

const foundByWords: Readonly<Record<BackendInfo['foundBy'], string>> = {
  config: 'configuration',
  driverSecret: "driver's own configuration",
  volumes: 'inferred from volumes',
  properties: 'inferred from dataset properties',
};

/** Which systems were looked at, and how each backend was recognised. */
export function buildScope({ result }: ViewContext) {
  const { clusters, nases, backends, filters } = result.scope;
  return {
    clusters: clusters.map((cluster) => ({
      name: cluster.name,
      version: cluster.version ?? 'unknown',
      reached: reachedWord(cluster.reached),
      skew: skewOf(cluster.clockSkewMs),
    })),
    nases: nases.map((nas) => ({
      name: nas.name,
      version: nas.version ?? nas.release ?? 'unknown',
      transport: nas.transport ?? 'unknown',
      reached: reachedWord(nas.reached),
      skew: skewOf(nas.clockSkewMs),
    })),
    backends: backends.map((backend) => ({
      driver: backend.driver,
      cluster: backend.cluster,
      nas: backend.nas,
      protocol: backend.protocol,
      parents: backend.parents.join(', ') || 'none known',
      exclusive: backend.exclusive ? 'yes' : 'no',
      foundBy: foundByWords[backend.foundBy],
      volumes: backend.volumes,
    })),
    filters,
  };
}

function reachedWord(reached: boolean): string {
  return reached ? 'reached' : 'not reached';
}

function skewOf(ms: number | undefined): string {
  if (ms === undefined) return 'unknown';
  return `${ms < 0 ? '−' : ''}${Math.abs(Math.round(ms / 100) / 10)} s`;
}
