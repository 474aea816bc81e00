import type { Finding } from '../model/finding.ts';
import type { ScanResult } from '../model/scan-result.ts';

const claimants = ['persistentVolumes', 'claims', 'volumeSnapshots', 'volumeSnapshotContents'] as const;
const attached = ['persistentVolumes', 'nodes', 'volumeAttachments'] as const;
const storage = ['datasets', 'snapshots', 'pools', 'replications'] as const;

/** Lists that were not read although somebody who is in them might own or use what the finding is about. */
export function unreadBehind(finding: Finding, result: ScanResult): string[] {
  const { nas, cluster } = finding.resource;
  if (nas === undefined)
    return cluster === undefined ? ['its source is unknown'] : ofCluster(cluster, attached, result);
  const backend = result.scope.backends.find(({ id }) => id === finding.scope);
  const all = result.scope.clusters.map(({ name }) => name);
  const mayOwn = backend?.exclusive === true ? [backend.cluster] : all;
  const read = mayOwn.flatMap((name) => ofCluster(name, claimants, result));
  return [...(mayOwn.length === 0 ? ['no cluster was read'] : []), ...read, ...ofNas(nas, result)];
}

function ofCluster(name: string, sections: readonly string[], result: ScanResult): string[] {
  const cluster = result.scope.clusters.find((candidate) => candidate.name === name);
  if (cluster?.reached !== true) return [`cluster ${name} was not read`];
  if (cluster.identity === 'changed') return [`cluster ${name} is not the one it was before`];
  return unreadOf(`cluster/${name}`, sections, result);
}

function ofNas(name: string, result: ScanResult): string[] {
  const nas = result.scope.nases.find((candidate) => candidate.name === name);
  if (nas?.reached !== true) return [`NAS ${name} was not read`];
  if (nas.identity === 'changed') return [`NAS ${name} is not the one it was before`];
  return unreadOf(`nas/${name}`, storage, result);
}

function unreadOf(source: string, sections: readonly string[], result: ScanResult): string[] {
  const read = new Set(result.sections.filter((s) => s.source === source && s.ok).map((s) => s.name));
  return sections.filter((section) => !read.has(section)).map((section) => `${source} ${section} was not read`);
}
