import type { Config } from '../../config/schema.ts';
import { HistoryError } from '../../errors.ts';
import type { SectionError, SourceId } from '../../model/collected.ts';
import type { ShareHead, SourceInventory } from '../../model/share.ts';
import { durationMs } from '../../util/duration.ts';
import { type Choice, chooseShares, firstReading } from '../choose-shares.ts';
import type { Note } from '../judge-notes.ts';
import type { RunDeps } from '../ports.ts';
import { type FleetKeys, type FleetSource, unpackAll } from './partition.ts';

/** Where shares lie. @throws HistoryError */
export interface Shelf {
  /** Newest first. */
  readonly list: (source: SourceId) => Promise<readonly string[]>;
  readonly readHead: (key: string, source: SourceId) => Promise<ShareHead>;
  /** The whole share as it is stored. */
  readonly get: (key: string) => Promise<Uint8Array>;
}

/** Every list of a source that has no share that can be used: failed, with the reason. */
export type Failing = (source: SourceId, error: SectionError) => SourceInventory;

type StoredHead = Omit<ShareHead, 'keys'> & { readonly keys: FleetKeys; readonly key: string };

export interface Fleet {
  /** Clusters, then NASes, in the order of config. */
  readonly sources: readonly (FleetSource & { readonly key?: string; readonly volumes: number })[];
  readonly judgedAt: Date | undefined;
  readonly notes: readonly Note[];
}

/** What is known of every source before any is judged. What no share tells is not assessed. @throws HistoryError */
export async function readHeads(
  shelf: Shelf,
  config: Config,
  failing: Failing,
  { now, logger }: Pick<RunDeps, 'now' | 'logger'>,
): Promise<Fleet> {
  const clusters = config.clusters.map(({ name }): SourceId => `cluster/${name}`);
  const nases = config.nas.map(({ name }): SourceId => `nas/${name}`);
  const options = { maxAgeMs: durationMs(config.limits.shareMaxAge), now: now() };
  const read = (source: SourceId, key: string) => readOne(shelf, key, source, logger);
  const heads = new Map<SourceId, StoredHead[]>();
  for (const source of clusters) {
    const [newest] = await shelf.list(source); // an older one of a cluster is never judged
    heads.set(source, newest === undefined ? [] : await read(source, newest));
  }
  const before = firstReading(clusters, heads, options);
  for (const source of nases) {
    const known: StoredHead[] = [];
    for (const key of await shelf.list(source)) {
      known.push(...(await read(source, key)));
      if (known.some(({ readTo }) => before === undefined || readTo <= before)) break;
    }
    heads.set(source, known);
  }
  const chosen = chooseShares(clusters, nases, heads, options);
  const [first] = readingsOf(chosen);
  return {
    sources: [...clusters, ...nases].map((source) => toSource(source, chosen.get(source), failing)),
    // Ages are those at the first reading: what was young then has not become a leak by waiting in a bucket.
    judgedAt: first === undefined ? undefined : new Date(first),
    notes: [joinedNote(chosen)],
  };
}

/** A damaged share is as good as none, and logged; a storage that fails is not. */
async function readOne(shelf: Shelf, key: string, source: SourceId, logger: RunDeps['logger']): Promise<StoredHead[]> {
  try {
    const { keys, ...head } = await shelf.readHead(key, source);
    return [{ ...head, keys: unpackAll(keys), key }];
  } catch (error) {
    if (!(error instanceof HistoryError)) throw error;
    logger.warn({ source, reason: error.message }, 'a share cannot be used');
    return [];
  }
}

function toSource(
  source: SourceId,
  choice: Choice<StoredHead> | undefined,
  failing: Failing,
): Fleet['sources'][number] {
  if (choice !== undefined && 'share' in choice) return choice.share;
  const outline = failing(source, {
    code: 'notAsked',
    message: choice?.because ?? `no share of ${source} is stored`,
    remedy: 'Run its share (`strandline collect --share`), the NASes before the clusters, and join again.',
  });
  return { source, outline, items: 0, volumes: 0 };
}

/** When each share was begun, earliest first. */
function readingsOf(chosen: ReadonlyMap<SourceId, Choice<StoredHead>>): string[] {
  return [...chosen.values()].flatMap((choice) => ('share' in choice ? choice.share.readFrom : [])).toSorted();
}

function joinedNote(chosen: ReadonlyMap<SourceId, Choice<StoredHead>>): Note {
  const times = readingsOf(chosen);
  const text = `Joined from the shares of ${times.length} of ${chosen.size} sources, read from ${times[0] ?? '–'} to ${times.at(-1) ?? '–'}. What is said to be absent was not read a second time and stays unconfirmed.`;
  return { kind: 'joined', text };
}
