import { z } from 'zod';
import { inBatches } from './batches.ts';
import type { Present } from './read-again.ts';
import { isAtLeast } from './release.ts';
import { parseRows } from './rows.ts';
import { ifAllowed, type NasContext, query } from './sections/context.ts';

const NameRow = z.object({ id: z.string().min(1) });
const method = 'pool.dataset.query';

/** REST reads the whole list again (every query there scans everything anyway); JSON-RPC asks by name, without properties. */
export async function readDatasetsAgain(
  context: NasContext,
  names: readonly string[],
  withUid: ReadonlySet<string>,
): Promise<Present> {
  const extra = { flat: true, retrieve_children: false, properties: [] };
  const answers =
    context.client.transport === 'rest'
      ? [await query(context, method, ['id'])]
      : await inBatches(names, (batch) => query(context, method, ['id'], { filters: [['id', 'in', batch]], extra }));
  const present = answers.flatMap((answer) => parseRows(method, NameRow, answer)).map((row) => row.id);
  const identities = await readIdentities(
    context,
    present.filter((name) => withUid.has(name)),
  );
  return new Map(present.map((name) => [name, identities.get(name) ?? []]));
}

const IdentityRow = z.object({
  name: z.string().min(1),
  guid: z.union([z.string(), z.number()]).transform(String),
  createtxg: z.union([z.string(), z.number()]).transform(String),
});

/** Only of datasets that exist: 25.10 fails the whole call for one that does not. */
async function readIdentities({ client, release, signal }: NasContext, names: readonly string[]): Promise<Present> {
  if (!isAtLeast(release, 25, 10) || names.length === 0) return new Map();
  const answers = await inBatches(names, (paths) =>
    ifAllowed(() => client.call('zfs.resource.query', [{ paths, properties: null, get_children: false }], { signal })),
  );
  const rows = answers.flatMap((answer) =>
    answer === undefined ? [] : parseRows('zfs.resource.query', IdentityRow, answer),
  );
  return new Map(rows.map((row) => [row.name, [row.guid, row.createtxg]]));
}
