import type { Collected, SectionError } from '../../model/collected.ts';
import type { Logger } from '../../model/logger.ts';
import type { NasTarget } from '../../model/targets.ts';
import type { NasInventory, NasSectionName, NasSections } from '../../model/truenas.ts';
import { systemClock } from '../../util/clock.ts';
import { type SectionAnswer, section, toSectionError } from '../section.ts';
import type { ConnectedNas } from './connect.ts';
import { Gate } from './gate.ts';
import type { NasContext } from './sections/context.ts';
import { readers } from './sections/readers.ts';
import { readHostId, readSystem } from './sections/system.ts';

const MAX_CONCURRENT_SECTIONS = 6;

export interface CollectOptions {
  readonly log: Logger;
  readonly signal?: AbortSignal | undefined;
  /** Only these; the others are failed with `notAsked`. Default: all. */
  readonly sections?: readonly NasSectionName[] | undefined;
  readonly now?: (() => Date) | undefined;
}

/** Reads every list, some at a time; the failure of one leaves the others as they are. Never throws. */
export async function collectSections(
  target: NasTarget,
  nas: ConnectedNas,
  { log, signal, sections = sectionNames, now = systemClock }: CollectOptions,
): Promise<NasInventory> {
  const context: NasContext = { client: nas.client, release: nas.release, signal };
  const gate = new Gate(MAX_CONCURRENT_SECTIONS);
  let clockSkewMs = nas.httpSkewMs;
  const readOne = (name: NasSectionName): Promise<Collected<unknown>> => {
    if (!sections.includes(name)) return Promise.resolve(failed(notWanted(name), now));
    const read: (context: NasContext) => Promise<SectionAnswer<unknown>> =
      name === 'system'
        ? () =>
            readSystem(context, nas.version, {
              now,
              onSkew: (skewMs) => {
                clockSkewMs = skewMs;
              },
            })
        : readers[name];
    return gate.run(() => section<unknown>(log, name, () => read(context), now));
  };
  const [entries, hostId] = await Promise.all([
    Promise.all(sectionNames.map(async (name) => [name, await readOne(name)] as const)),
    readHostId(context).catch((thrown) => {
      log.warn({ reason: toSectionError(thrown, 'system.host_id').message }, 'host id could not be read');
      return undefined;
    }),
  ]);
  return {
    ...identity(target),
    ...(hostId !== undefined && { hostId }),
    version: nas.version,
    release: nas.release.text,
    transport: nas.client.transport,
    ...(clockSkewMs !== undefined && { clockSkewMs }),
    sections: Object.fromEntries(entries) as unknown as NasSections,
  };
}

/** A NAS that did not let us in: every list is failed with the reason, the names are kept. */
export function failedInventory(target: NasTarget, error: SectionError, now: () => Date = systemClock): NasInventory {
  const entries = sectionNames.map((name) => [name, failed(error, now)]);
  return { ...identity(target), sections: Object.fromEntries(entries) as NasSections };
}

export const sectionNames: readonly NasSectionName[] = [
  'system',
  ...(Object.keys(readers) as (keyof typeof readers)[]),
];

function identity(target: NasTarget): Pick<NasInventory, 'name' | 'addresses'> {
  const host = new URL(target.url).hostname.replace(/^\[|\]$/g, '');
  return { name: target.name, addresses: [...new Set([host, ...target.aliases])] };
}

function failed(error: SectionError, now: () => Date): Collected<never> {
  return { ok: false, error, takenAt: now().toISOString() };
}

function notWanted(name: string): SectionError {
  return { code: 'notAsked', message: `${name} was not asked for in this run` };
}
