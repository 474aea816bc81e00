import type { Premise } from '../../model/finding.ts';
import type { Probe } from '../../model/health.ts';
import type { NasTarget } from '../../model/targets.ts';
import type { NasInventory, NasSectionName } from '../../model/truenas.ts';
import { connectOptions, isProxied } from '../../util/agent.ts';
import { defined } from '../../util/defined.ts';
import { reach } from '../reach.ts';
import { toSectionError } from '../section.ts';
import { collectSections, failedInventory } from './collect.ts';
import { type ConnectDeps, type ConnectedNas, connectNas } from './connect.ts';
import { type PremiseReading, readPremises } from './read-again.ts';

export interface NasDeps extends ConnectDeps {
  /** Only these lists; the others are failed with `notAsked`. Default: all. */
  readonly sections?: readonly NasSectionName[];
}

/** One NAS for one run: one connection and one login, kept open between the first and the second reading. */
export interface NasSession {
  readonly name: string;
  /** Never throws: what failed is in the sections. */
  collect(): Promise<NasInventory>;
  /** The second reading, by name. Never throws: a read that failed is in the answer. Same order as `premises`. */
  readAgain(premises: readonly Premise[]): Promise<readonly PremiseReading[]>;
  /** Step by step, each timed. Never throws. */
  probe(): Promise<Probe<NasInventory>>;
  close(): Promise<void>;
}

/** Connects on first use. */
export function openNas(target: NasTarget, deps: NasDeps): NasSession {
  const log = deps.log.child({ source: `nas/${target.name}` });
  let connecting: Promise<ConnectedNas> | undefined;
  const connect = () => {
    connecting ??= connectNas(target, { ...deps, log });
    return connecting;
  };
  const collect = async () => {
    try {
      return await collectSections(target, await connect(), {
        log,
        signal: deps.signal,
        sections: deps.sections,
        now: deps.now,
      });
    } catch (thrown) {
      const error = toSectionError(thrown, `nas/${target.name}`);
      log.warn({ code: error.code, reason: error.message }, 'NAS could not be read');
      return failedInventory(target, error, deps.now);
    }
  };
  return {
    name: target.name,
    collect,
    async readAgain(premises) {
      try {
        const nas = await connect();
        return await readPremises({ client: nas.client, release: nas.release, signal: deps.signal }, premises);
      } catch (thrown) {
        const error = toSectionError(thrown, `nas/${target.name}`);
        return premises.map((premise) => ({ premise, status: 'failed', error }));
      }
    },
    probe: () => probe(target, deps, connect, collect),
    async close() {
      await connecting?.then(
        ({ client }) => client.close(),
        () => undefined,
      );
    },
  };
}

/** The second reading on an open session, as a function. */
export function readNasAgain(session: NasSession, premises: readonly Premise[]): Promise<readonly PremiseReading[]> {
  return session.readAgain(premises);
}

/** One reading of a NAS from login to logout. */
export async function collectNas(target: NasTarget, deps: NasDeps): Promise<NasInventory> {
  const session = openNas(target, deps);
  try {
    return await session.collect();
  } finally {
    await session.close();
  }
}

async function probe(
  target: NasTarget,
  { env }: NasDeps,
  connect: () => Promise<unknown>,
  collect: () => Promise<NasInventory>,
): Promise<Probe<NasInventory>> {
  const network = await reach(new URL(target.url), {
    tls: connectOptions({ tls: target.tls, maxSockets: 1 }),
    ...(target.tls.pins !== undefined && { pins: target.tls.pins }),
    timeoutMs: target.callTimeoutMs,
    isProxied: isProxied(defined({ env })),
  });
  if (network.some(({ status }) => status === 'failed')) return { network };
  const startedMs = performance.now();
  await connect().catch(() => undefined); // collect() fails every list with the reason
  const loginMs = performance.now() - startedMs;
  return { network, loginMs, inventory: await collect(), callsMs: performance.now() - startedMs - loginMs };
}
