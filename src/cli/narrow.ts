import { type Finding, severities } from '../model/finding.ts';
import type { ScanResult, VolumeUsage } from '../model/scan-result.ts';
import { durationMs } from '../util/duration.ts';
import type { ReadingFlags } from './options.ts';

type Narrowing = Pick<ReadingFlags, 'namespace' | 'cluster' | 'nas' | 'check' | 'severity' | 'minAge'>;

/** The findings that the flags leave. Always a subset; what a flag cannot tell of a finding does not hide it. */
export function narrowFindings(result: ScanResult, flags: Narrowing): readonly Finding[] {
  const clusterOfScope = new Map(result.scope.backends.map((backend) => [backend.id, backend.cluster]));
  const nasOfScope = new Map(result.scope.backends.map((backend) => [backend.id, backend.nas]));
  const youngest =
    flags.minAge === undefined ? undefined : Date.parse(result.scan.startedAt) - durationMs(flags.minAge);
  return result.findings.filter((finding) => {
    const { resource, owner, scope } = finding;
    return (
      allows(flags.namespace, [resource.namespace, owner.namespace]) &&
      allows(flags.cluster, [resource.cluster, clusterOfScope.get(scope), afterPrefix(scope, 'cluster/')]) &&
      allows(flags.nas, [resource.nas, nasOfScope.get(scope), afterPrefix(scope, 'nas/')]) &&
      allows(flags.check, [finding.check]) &&
      (flags.severity === undefined || severities.indexOf(finding.severity) >= severities.indexOf(flags.severity)) &&
      (youngest === undefined || finding.age.createdAt === undefined || Date.parse(finding.age.createdAt) <= youngest)
    );
  });
}

export function narrowVolumes(result: ScanResult, flags: Narrowing): readonly VolumeUsage[] {
  return result.usage.volumes.filter(
    (volume) =>
      allows(flags.namespace, [volume.namespace]) &&
      allows(flags.cluster, [volume.cluster]) &&
      allows(flags.nas, [volume.nas]),
  );
}

function allows(wanted: readonly string[] | undefined, names: readonly (string | undefined)[]): boolean {
  return wanted === undefined || names.some((name) => name !== undefined && wanted.includes(name));
}

function afterPrefix(text: string, prefix: string): string | undefined {
  return text.startsWith(prefix) ? text.slice(prefix.length) : undefined;
}
