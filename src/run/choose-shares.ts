import type { SourceId } from '../model/collected.ts';
import type { ShareHead } from '../model/share.ts';

type Read = Pick<ShareHead, 'readFrom' | 'readTo'>;

/** The shares of each source that can be read, newest first. */
export type SharesBySource<S extends Read> = ReadonlyMap<SourceId, readonly S[]>;

export type Choice<S> = { readonly share: S } | { readonly because: string };

export interface ChooseOptions {
  readonly maxAgeMs: number;
  readonly now: Date;
}

/**
 * Which share of each source is judged. Of a cluster the newest; of a NAS the newest that was read whole before the
 * first of the clusters: a dataset that is made between the two readings must never look as if no volume referred to it.
 */
export function chooseShares<S extends Read>(
  clusters: readonly SourceId[],
  nases: readonly SourceId[],
  shares: SharesBySource<S>,
  options: ChooseOptions,
): ReadonlyMap<SourceId, Choice<S>> {
  const chosen = new Map<SourceId, Choice<S>>();
  for (const source of clusters) chosen.set(source, newest(source, shares, options));
  const firstCluster = firstReading(clusters, shares, options);
  for (const source of nases) {
    const fresh = newest(source, shares, options);
    const before = shares.get(source)?.find(({ readTo }) => firstCluster === undefined || readTo <= firstCluster);
    if (!('share' in fresh)) chosen.set(source, fresh);
    else if (before === undefined) chosen.set(source, { because: tooLate(source, fresh.share, firstCluster) });
    else
      chosen.set(
        source,
        ageOf(before, options) > options.maxAgeMs ? { because: tooOld(source, before) } : { share: before },
      );
  }
  return chosen;
}

/** When the first of the clusters that are judged was begun. */
export function firstReading(
  clusters: readonly SourceId[],
  shares: SharesBySource<Read>,
  options: ChooseOptions,
): string | undefined {
  const choices = clusters.map((source) => newest(source, shares, options));
  return choices.flatMap((choice) => ('share' in choice ? choice.share.readFrom : [])).sort()[0];
}

function newest<S extends Read>(source: SourceId, shares: SharesBySource<S>, options: ChooseOptions): Choice<S> {
  const [share] = shares.get(source) ?? [];
  if (share === undefined) return { because: `no share of ${source} is stored` };
  return ageOf(share, options) > options.maxAgeMs ? { because: tooOld(source, share) } : { share };
}

function ageOf({ readFrom }: Read, { now }: ChooseOptions): number {
  return now.getTime() - Date.parse(readFrom);
}

function tooOld(source: SourceId, { readFrom }: Read): string {
  return `the share of ${source} is of ${readFrom}, which is too old`;
}

function tooLate(source: SourceId, { readTo }: Read, firstCluster: string | undefined): string {
  return `every share of ${source} was read after a cluster (${readTo}, the cluster ${firstCluster}): the NASes come first`;
}
