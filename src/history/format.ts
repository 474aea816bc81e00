import { z } from 'zod';
import { HistoryError } from '../errors.ts';
import { formatKey, formatVersion } from './layout.ts';
import type { ObjectStore } from './object-store.ts';
import { encodeRecord } from './records.ts';

const Format = z.object({ format: z.literal('strandline-history'), version: z.number().int().positive() });

/** Brings a store from `from` to `from + 1`. It may only add objects: a crash in between repeats it from the start. */
export interface Migration {
  readonly from: number;
  migrate(objects: ObjectStore): Promise<void>;
}

/** One step per version, oldest first. Version 1 is the first there is. */
export const migrations: readonly Migration[] = [];

/**
 * `none`: nothing is stored yet. Migrates an older store; its `format.json` is kept as `format-v<N>.json`.
 * @throws HistoryError for a newer or unreadable format.
 */
export async function checkFormat(
  objects: ObjectStore,
  steps: readonly Migration[] = migrations,
  current = formatVersion,
): Promise<'none' | 'ready'> {
  const body = await objects.get(formatKey);
  if (body === undefined) return refuseHeadless(objects);
  const version = readVersion(objects, body);
  refuseNewer(version, current, `${objects.place}/${formatKey}`);
  for (let at = version; at < current; at += 1) {
    const step = steps.find(({ from }) => from === at);
    if (step === undefined) {
      throw new HistoryError(
        `History in ${objects.place} has format version ${at}, which this release cannot migrate`,
        {
          remedy: 'Run the last release that can migrate it first, or point history at a new place.',
        },
      );
    }
    await objects.putIfAbsent(`format-v${at}.json`, encodeFormat(at));
    await step.migrate(objects);
    await objects.replace(formatKey, encodeFormat(at + 1));
  }
  return 'ready';
}

export async function createFormat(objects: ObjectStore, current = formatVersion): Promise<'created' | 'exists'> {
  return objects.putIfAbsent(formatKey, encodeFormat(current));
}

/** A record of a newer release among ours: its writer knows rules that we do not. */
export function refuseNewer(version: number, current: number, what: string): void {
  if (version <= current) return;
  throw new HistoryError(`${what} has history format version ${version}; this release reads up to version ${current}`, {
    remedy: 'Run the newer Strandline release that wrote it, or point history at another place.',
  });
}

function readVersion(objects: ObjectStore, body: Uint8Array): number {
  const parsed = Format.safeParse(parseJson(body));
  if (parsed.success) return parsed.data.version;
  throw new HistoryError(
    `${objects.place}/${formatKey} is not a Strandline history format file (${body.length} bytes)`,
    {
      remedy: 'Restore it from a backup, or point history at an empty place. Nothing was changed.',
    },
  );
}

/** `format.json` is written before anything else, so records without it mean that it was lost. */
async function refuseHeadless(objects: ObjectStore): Promise<'none'> {
  for (const folder of ['commits/', 'manifests/']) {
    if ((await objects.list(folder)).length === 0) continue;
    throw new HistoryError(`History in ${objects.place} holds scans but its ${formatKey} is missing`, {
      remedy: `Restore ${formatKey} from a backup, or write it as ${Buffer.from(encodeFormat(formatVersion)).toString().trim()}.`,
    });
  }
  return 'none';
}

function encodeFormat(version: number): Uint8Array {
  return encodeRecord({ format: 'strandline-history', version });
}

export function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return undefined;
  }
}
