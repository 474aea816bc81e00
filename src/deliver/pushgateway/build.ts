import type { ScanResult } from '../../model/scan-result.ts';
import { buildFindingMetrics } from './finding-metrics.ts';
import type { MetricGroup } from './metric.ts';
import { buildPoolMetrics } from './pool-metrics.ts';
import { buildRunGroup, type RunFacts } from './run-group.ts';
import { buildVolumeMetrics, chooseVolumes, type PerVolume } from './volume-metrics.ts';

export interface MetricOptions {
  readonly perVolume: PerVolume;
}

/**
 * One group per source that was read, replaced as a whole so that what was resolved vanishes. A source that was not read
 * has no group: what is known of it stays. Without history nothing is known to be confirmed, and a push would resolve
 * every alert: then there is no source group at all.
 */
export function buildSourceGroups(result: ScanResult, options: MetricOptions): readonly MetricGroup[] {
  if (result.history.state === 'unreadable') return [];
  const exported = chooseVolumes(result, options.perVolume);
  const clusters = readNames(result.scope.clusters).map(
    (name): MetricGroup =>
      toGroup(`cluster/${name}`, [
        ...buildFindingMetrics(result, `cluster/${name}`),
        ...buildVolumeMetrics(result, name, exported),
      ]),
  );
  const nases = readNames(result.scope.nases).map(
    (name): MetricGroup =>
      toGroup(`nas/${name}`, [...buildFindingMetrics(result, `nas/${name}`), ...buildPoolMetrics(result, name)]),
  );
  return [...clusters, ...nases];
}

/** What says how the run itself went; a run without a result has only this. */
export function buildRunGroupOf(result: ScanResult, run: RunFacts): MetricGroup {
  return buildRunGroup(run, result);
}

function toGroup(source: string, metrics: MetricGroup['metrics']): MetricGroup {
  return { method: 'PUT', key: { job: 'strandline', source }, metrics };
}

function readNames(systems: readonly { readonly name: string; readonly reached: boolean }[]): readonly string[] {
  return systems.filter(({ reached }) => reached).map(({ name }) => name);
}
