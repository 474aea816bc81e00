import type { Config } from '../config/schema.ts';
import { HistoryError } from '../errors.ts';
import type { SectionError, SourceId } from '../model/collected.ts';
import type { ClusterInventory } from '../model/kubernetes.ts';
import type { Share } from '../model/share.ts';
import type { NasInventory } from '../model/truenas.ts';
import { durationMs } from '../util/duration.ts';
import { type Choice, chooseShares } from './choose-shares.ts';
import type { Note } from './judge-notes.ts';
import type { RunDeps } from './ports.ts';
import type { ScanPorts, Source } from './scan.ts';

/** Where shares lie. @throws HistoryError */
export interface Shelf {
  /** Newest first. */
  readonly list: (source: SourceId) => Promise<readonly string[]>;
  readonly read: (key: string, source: SourceId) => Promise<Share>;
}

/** Every list of a source that has no share that can be used: failed, with the reason. */
export interface Failing {
  readonly cluster: (name: string, error: SectionError) => ClusterInventory;
  readonly nas: (name: string, error: SectionError) => NasInventory;
}

export type JoinedSources = Pick<ScanPorts, 'nases' | 'clusters' | 'judgedAt' | 'notes'>;

/** The stored shares of a fleet as the sources of a scan. What no share tells is not assessed. @throws HistoryError */
export async function joinShares(
  shelf: Shelf,
  config: Config,
  failing: Failing,
  { now, logger }: Pick<RunDeps, 'now' | 'logger'>,
): Promise<JoinedSources> {
  const clusters = config.clusters.map(({ name }): SourceId => `cluster/${name}`);
  const nases = config.nas.map(({ name }): SourceId => `nas/${name}`);
  const shares = new Map<SourceId, readonly Share[]>();
  for (const source of [...clusters, ...nases]) {
    // Only the newest of a cluster is ever judged; of a NAS an older one may have to do.
    const keys = await shelf.list(source);
    const wanted = source.startsWith('cluster/') ? keys.slice(0, 1) : keys;
    const read = await Promise.all(wanted.map((key) => readOne(shelf, key, source, logger)));
    shares.set(
      source,
      read.flatMap((share) => share ?? []),
    );
  }
  const maxAgeMs = durationMs(config.limits.shareMaxAge);
  const chosen = chooseShares(clusters, nases, shares, { maxAgeMs, now: now() });
  const stored = <I extends Share['inventory']>(
    source: SourceId,
    fail: (name: string, error: SectionError) => I,
  ): Source<I> => {
    const name = source.slice(source.indexOf('/') + 1);
    return { name, collect: async () => inventoryOf(chosen.get(source), name, fail) };
  };
  return {
    clusters: clusters.map((source) => stored(source, failing.cluster)),
    nases: nases.map((source) => stored(source, failing.nas)),
    ...judgedAt(chosen),
    notes: [joinedNote(chosen)],
  };
}

/** A damaged share is as good as none, and logged; a storage that fails is not. */
async function readOne(
  shelf: Shelf,
  key: string,
  source: SourceId,
  logger: RunDeps['logger'],
): Promise<Share | undefined> {
  return shelf.read(key, source).catch((error: unknown) => {
    if (!(error instanceof HistoryError)) throw error;
    logger.warn({ source, reason: error.message }, 'a share cannot be used');
    return undefined;
  });
}

function inventoryOf<I>(choice: Choice | undefined, name: string, fail: (name: string, error: SectionError) => I): I {
  if (choice !== undefined && 'share' in choice) return choice.share.inventory as I;
  return fail(name, {
    code: 'notAsked',
    message: choice?.because ?? `no share of ${name} is stored`,
    remedy: 'Run its share (`strandline collect --share`), the NASes before the clusters, and join again.',
  });
}

/** Ages are those at the first reading: what was young then has not become a leak by waiting in a bucket. */
function judgedAt(chosen: ReadonlyMap<SourceId, Choice>): Pick<ScanPorts, 'judgedAt'> {
  const [first] = readingsOf(chosen);
  return first === undefined ? {} : { judgedAt: new Date(first) };
}

/** When each share was begun, earliest first. */
function readingsOf(chosen: ReadonlyMap<SourceId, Choice>): string[] {
  return [...chosen.values()].flatMap((choice) => ('share' in choice ? choice.share.readFrom : [])).toSorted();
}

function joinedNote(chosen: ReadonlyMap<SourceId, Choice>): Note {
  const times = readingsOf(chosen);
  const text = `Joined from the shares of ${times.length} of ${chosen.size} sources, read from ${times[0] ?? '–'} to ${times.at(-1) ?? '–'}. What is said to be absent was not read a second time and stays unconfirmed.`;
  return { kind: 'joined', text };
}
