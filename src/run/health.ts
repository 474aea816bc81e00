import type { ProbeStep } from '../collect/truenas/open-nas.ts';
import type { SectionError, SectionErrorCode, SourceId } from '../model/collected.ts';
import type { ClusterInventory } from '../model/kubernetes.ts';
import type { HealthReport, HealthStep } from './ports.ts';

const stepOfError: Readonly<Partial<Record<SectionErrorCode, HealthStep['name']>>> = {
  unreachable: 'tcp',
  timeout: 'tcp',
  tls: 'tls',
  unauthenticated: 'login',
  forbidden: 'rights',
};

/** What a NAS answered, step by step: the connection first, then each list that may be read or not. */
export function nasHealth(name: string, probes: readonly ProbeStep[]): HealthReport {
  return { source: `nas/${name}`, steps: probes.map((probe) => toStep(probe.step, probe.detail, probe.error)) };
}

export function clusterHealth(inventory: ClusterInventory): HealthReport {
  const source: SourceId = `cluster/${inventory.name}`;
  const steps = Object.entries(inventory.sections).map(([name, section]) =>
    section.ok ? toStep(name, `${section.items.length} read`, undefined) : toStep(name, undefined, section.error),
  );
  return { source, steps };
}

function toStep(what: string, detail: string | undefined, error: SectionError | undefined): HealthStep {
  if (error === undefined) {
    return {
      name: what === 'connect' ? 'login' : 'call',
      status: 'passed',
      detail: detail ? `${what}: ${detail}` : what,
    };
  }
  return {
    name: stepOfError[error.code] ?? 'call',
    status: 'failed',
    detail: `${what}: ${error.message}`,
    ...(error.remedy !== undefined && { remedy: error.remedy }),
  };
}
