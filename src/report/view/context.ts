import type { Finding } from '../../model/finding.ts';
import type { ScanResult, VolumeUsage } from '../../model/scan-result.ts';
import type { Medium, ReportOptions } from '../options.ts';
import { buildFormats, type Formats } from './formats.ts';

/** What every part of the view is built from. Strings of the result are already safe to look at. */
export interface ViewContext {
  readonly result: ScanResult;
  readonly options: ReportOptions;
  readonly medium: Medium;
  readonly formats: Formats;
  /** Findings that ask for something: neither ignored nor resolved. */
  readonly open: readonly Finding[];
  readonly ignored: readonly Finding[];
  readonly resolved: readonly Finding[];
  readonly volumes: VolumeIndex;
}

export function buildContext(result: ScanResult, options: ReportOptions, medium: Medium): ViewContext {
  return {
    result,
    options,
    medium,
    formats: buildFormats(options),
    open: result.findings.filter((finding) => finding.ignoredBy === undefined && finding.change !== 'resolved'),
    ignored: result.findings.filter((finding) => finding.ignoredBy !== undefined && finding.change !== 'resolved'),
    resolved: result.findings.filter((finding) => finding.change === 'resolved'),
    volumes: indexVolumes(result.usage.volumes),
  };
}

/** Finds the volume behind any of its names. */
export interface VolumeIndex {
  byVolume(cluster: string, persistentVolume: string): VolumeUsage | undefined;
  byClaim(cluster: string, namespace: string, claim: string): VolumeUsage | undefined;
  byDataset(nas: string, dataset: string): VolumeUsage | undefined;
}

function indexVolumes(volumes: readonly VolumeUsage[]): VolumeIndex {
  const byVolume = new Map<string, VolumeUsage>();
  const byClaim = new Map<string, VolumeUsage>();
  const byDataset = new Map<string, VolumeUsage>();
  for (const volume of volumes) {
    byVolume.set(keyOf(volume.cluster, volume.persistentVolume), volume);
    byDataset.set(keyOf(volume.nas, volume.dataset), volume);
    if (volume.namespace !== undefined && volume.claim !== undefined)
      byClaim.set(keyOf(volume.cluster, volume.namespace, volume.claim), volume);
  }
  return {
    byVolume: (...names) => byVolume.get(keyOf(...names)),
    byClaim: (...names) => byClaim.get(keyOf(...names)),
    byDataset: (...names) => byDataset.get(keyOf(...names)),
  };
}

function keyOf(...names: readonly string[]): string {
  return names.join('\n');
}
