import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ConfigError } from '../errors.ts';
import type { Inventory } from '../model/inventory.ts';
import { SCHEMA_VERSION, ScanResult } from '../model/scan-result.ts';

export type StoredFile =
  | { readonly kind: 'result'; readonly result: ScanResult }
  | { readonly kind: 'inventory'; readonly inventory: Inventory };

/** Reads what `--from` names. @throws ConfigError when it is neither a result nor an inventory that this version knows. */
export async function readStoredFile(file: string): Promise<StoredFile> {
  const content = await readJson(file);
  const version = Version.safeParse(content).data?.schemaVersion;
  if (version !== undefined && version > SCHEMA_VERSION) {
    throw new ConfigError(`${file}: was written by a newer Strandline (schemaVersion ${version})`, {
      remedy: 'Use the Strandline that wrote it, or a newer one.',
    });
  }
  if (InventoryShape.safeParse(content).success) return { kind: 'inventory', inventory: content as Inventory };
  const parsed = ScanResult.safeParse(content);
  if (parsed.success) return { kind: 'result', result: parsed.data };
  const [issue] = parsed.error.issues;
  throw new ConfigError(
    `${file}: is no scan result: ${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'does not fit'}`,
    {
      remedy: 'Give the result.json of a scan, or the file that `strandline collect` wrote.',
    },
  );
}

const Version = z.object({ schemaVersion: z.number().int() });

/** Written by ourselves; the sections are trusted as far as the shape goes. */
const InventoryShape = z.object({
  schemaVersion: z.literal(1),
  clusters: z.array(z.object({ name: z.string(), sections: z.record(z.string(), z.object({ ok: z.boolean() })) })),
  nases: z.array(z.object({ name: z.string(), sections: z.record(z.string(), z.object({ ok: z.boolean() })) })),
});

async function readJson(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    throw new ConfigError(`${file}: cannot be read (${code})`, { cause, remedy: 'Check the path given by --from.' });
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new ConfigError(`${file}: is not JSON, or was cut short`, { remedy: 'Give a complete result.json.' });
  }
}
