import type { Finding } from '../model/finding.ts';
import type { Recommendation } from '../model/recommendation.ts';
import type { Trends, Usage, VolumeUsage } from '../model/scan-result.ts';
import type { HistorySeries } from '../model/trends.ts';

export interface RuleInput {
  readonly usage: Usage;
  readonly trends: Trends;
  readonly findings: readonly Finding[];
  readonly history: HistorySeries;
  readonly now: Date;
}

/** A rule says nothing about what it does not know. */
export type Rule = (input: RuleInput) => readonly Draft[];

export type Draft = Omit<Recommendation, 'saves'> & { readonly storageClass?: string | undefined };

export function aboutVolume(rule: string, volume: VolumeUsage): Omit<Draft, 'advice' | 'restsOn'> {
  const { cluster, persistentVolume, nas, pool, namespace, claim, dataset, storageClass } = volume;
  return {
    rule,
    subject: `${cluster}/${persistentVolume}`,
    nas,
    pool,
    cluster,
    dataset,
    ...(namespace !== undefined && { namespace }),
    ...(claim !== undefined && { claim }),
    storageClass,
  };
}

export const GiB = 2 ** 30;

export function percent(part: number, whole: number): string {
  return `${Math.round((part / whole) * 100)} %`;
}
