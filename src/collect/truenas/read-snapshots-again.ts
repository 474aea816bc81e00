import { z } from 'zod';
import { SourceError } from '../../errors.ts';
import { inBatches } from './batches.ts';
import type { Present } from './read-again.ts';
import { isAtLeast } from './release.ts';
import { parseRows } from './rows.ts';
import { type NasContext, query } from './sections/context.ts';
import { toSnapshots } from './sections/snapshots.ts';

/** Above this many, one full list costs an old NAS less than single questions. */
const MAX_SINGLE_QUESTIONS = 50;

export function readSnapshotsAgain(
  context: NasContext,
  names: readonly string[],
  withUid: ReadonlySet<string>,
): Promise<Present> {
  if (isAtLeast(context.release, 26, 0)) return readByDataset(context, names);
  return context.client.transport === 'rest' ? readByRest(context, names) : readByName(context, names, withUid);
}

const NameRow = z.object({ name: z.string().min(1) });

/** Up to 25.10: `select: ["name"]` with a filter on names only is the NAS's fast path; identities come one by one. */
async function readByName(
  context: NasContext,
  names: readonly string[],
  withUid: ReadonlySet<string>,
): Promise<Present> {
  const method = isAtLeast(context.release, 25, 10) ? 'pool.snapshot.query' : 'zfs.snapshot.query';
  const answers = await inBatches(names, (batch) =>
    query(context, method, ['name'], { filters: [['name', 'in', batch]] }),
  );
  const present = answers.flatMap((answer) => parseRows(method, NameRow, answer)).map((row) => row.name);
  const readings = await Promise.all(
    present.map(async (name) => [name, withUid.has(name) ? await readIdentity(context, method, name) : []] as const),
  );
  return new Map(readings.filter((reading) => reading[1] !== undefined) as [string, string[]][]);
}

/** Undefined when it went away in between. */
async function readIdentity(context: NasContext, method: string, name: string): Promise<string[] | undefined> {
  const answer = await query(context, method, ['name', 'createtxg', 'properties'], {
    filters: [['id', '=', name]],
    extra: { properties: ['creation', 'createtxg', 'guid'] },
  });
  return toPresent(toSnapshots(method, answer).items).get(name) as string[] | undefined;
}

async function readByRest(context: NasContext, names: readonly string[]): Promise<Present> {
  const method = 'zfs.snapshot.query';
  if (names.length > MAX_SINGLE_QUESTIONS)
    return toPresent(toSnapshots(method, await query(context, method, [])).items);
  const answers = await Promise.all(names.map((name) => query(context, method, [], { filters: [['id', '=', name]] })));
  return toPresent(answers.flatMap((answer) => toSnapshots(method, answer).items));
}

/** 26: by dataset, for a path that is missing fails the whole call; then each dataset is asked alone. */
async function readByDataset(context: NasContext, names: readonly string[]): Promise<Present> {
  const datasets = [...new Set(names.map((name) => name.split('@')[0] ?? ''))];
  const found = await inBatches(datasets, async (batch) => {
    const together = await readPaths(context, batch);
    if (together !== undefined) return together;
    return (await Promise.all(batch.map((dataset) => readPaths(context, [dataset])))).flatMap((list) => list ?? []);
  });
  return toPresent(found.flat());
}

/** Undefined when one of the paths does not exist. */
async function readPaths({ client, signal }: NasContext, paths: readonly string[]) {
  const method = 'zfs.resource.snapshot.query';
  try {
    const answer = await client.call(method, [{ paths, recursive: false, properties: ['creation'] }], { signal });
    return toSnapshots(method, answer).items;
  } catch (thrown) {
    if (thrown instanceof SourceError && thrown.kind === 'notFound') return undefined;
    throw thrown;
  }
}

function toPresent(snapshots: readonly { name: string; guid?: string; createTxg?: string }[]): Present {
  return new Map(
    snapshots.map(({ name, guid, createTxg }) => [name, [guid, createTxg].filter((uid) => uid !== undefined)]),
  );
}
