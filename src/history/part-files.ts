import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Digest, digestOf } from './digest.ts';
import { type Duck, quotePath } from './duck.ts';
import type { DamagedPart } from './ledger.ts';
import type { ObjectStore } from './object-store.ts';
import type { Part } from './records.ts';
import { type TableName, tables } from './tables.ts';

/** Hands parts to DuckDB as files: where they lie, or fetched into the scratch folder. Every part is checked once. */
export class PartFiles {
  readonly #objects: ObjectStore;
  readonly #scratch: string;
  readonly #checked = new Map<string, Checked>();

  constructor(objects: ObjectStore, scratch: string) {
    this.#objects = objects;
    this.#scratch = scratch;
  }

  /** Sound parts as paths, the others by name with what is wrong. */
  async take(parts: readonly Part[]): Promise<TakenParts> {
    const sound: Part[] = [];
    const paths: string[] = [];
    const damaged: DamagedPart[] = [];
    const lost = new Set<string>();
    const atOnce = 16;
    for (let from = 0; from < parts.length; from += atOnce) {
      const batch = parts.slice(from, from + atOnce);
      const outcomes = await Promise.all(batch.map((part) => this.#check(part)));
      for (const [i, part] of batch.entries()) {
        const outcome = outcomes[i];
        if (outcome === undefined) continue;
        if ('path' in outcome) {
          sound.push(part);
          paths.push(outcome.path);
        } else {
          damaged.push({ name: part.key, because: outcome.because });
          for (const scan of part.scans) lost.add(scan);
        }
      }
    }
    return { sound, paths, damaged, lost };
  }

  async #check(part: Part): Promise<Checked> {
    const known = this.#checked.get(part.key);
    if (known !== undefined) return known;
    const outcome = await this.#fetch(part);
    this.#checked.set(part.key, outcome);
    return outcome;
  }

  async #fetch(part: Part): Promise<Checked> {
    if (this.#objects.localPath !== undefined) {
      const because = await checkPart(this.#objects, part);
      return because === undefined ? { path: this.#objects.localPath(part.key) } : { because };
    }
    const body = await this.#objects.get(part.key);
    const because = findDamage(part, body);
    if (because !== undefined || body === undefined) return { because: because ?? 'it is missing' };
    const path = join(this.#scratch, 'parts', part.key);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, body);
    return { path };
  }
}

export interface TakenParts {
  readonly sound: readonly Part[];
  /** Of the sound ones, in their order. */
  readonly paths: readonly string[];
  readonly damaged: readonly DamagedPart[];
  /** Ids of the scans that have rows in a damaged part. */
  readonly lost: ReadonlySet<string>;
}

type Checked = { readonly path: string } | { readonly because: string };

/** Reads the part where it lies; undefined = its bytes are those that were committed. */
export async function checkPart(objects: ObjectStore, part: Part): Promise<string | undefined> {
  if (objects.digest === undefined) return findDamage(part, await objects.get(part.key));
  return compare(part, await objects.digest(part.key));
}

/** undefined = the bytes are those that were committed. */
export function findDamage(part: Part, body: Uint8Array | undefined): string | undefined {
  return compare(part, body && digestOf(body));
}

function compare(part: Part, found: Digest | undefined): string | undefined {
  if (found === undefined) return 'it is missing';
  const { sizeBytes, sha256 } = found;
  if (sizeBytes === 0) return 'it is empty';
  if (sizeBytes < part.sizeBytes) return `it is cut off: ${sizeBytes} of ${part.sizeBytes} bytes`;
  if (sizeBytes === part.sizeBytes && sha256 === part.sha256) return undefined;
  return 'it is not the file that was written (size or SHA-256 differs)';
}

/** A view of the table's name over these files; an empty one when there are none. */
export async function createView(duck: Duck, table: TableName, paths: readonly string[]): Promise<void> {
  await duck.run(`CREATE OR REPLACE VIEW ${table} AS ${selectFiles(table, paths)}`);
}

export function selectFiles(table: TableName, paths: readonly string[]): string {
  const { by, columns } = tables[table];
  const kinds: Record<string, string> = { ...columns, [by]: 'VARCHAR', month: 'VARCHAR' };
  if (paths.length === 0) {
    const nothing = Object.entries(kinds).map(([name, kind]) => `CAST(NULL AS ${kind}) AS ${name}`);
    return `SELECT ${nothing.join(', ')} WHERE false`;
  }
  const files = paths.map(quotePath).join(', ');
  const types = `{'${by}': VARCHAR, 'month': VARCHAR}`;
  const source = `read_parquet([${files}], hive_partitioning = true, hive_types = ${types}, union_by_name = true)`;
  return `SELECT ${Object.keys(kinds).join(', ')} FROM ${source}`;
}
