import { Config } from '../../src/config/schema.ts';
import { toJudgeOptions } from '../../src/config/to-options.ts';
import { encodeShare } from '../../src/history/share-file.ts';
import type { SourceId } from '../../src/model/collected.ts';
import type { Premise } from '../../src/model/finding.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import type { Logger } from '../../src/model/logger.ts';
import type { Memory } from '../../src/model/memory.ts';
import type { ScanResult, VolumeUsage } from '../../src/model/scan-result.ts';
import type { Share, ShareHead } from '../../src/model/share.ts';
import { buildClusterShare, buildNasShare } from '../../src/run/fleet/build-share.ts';
import { joinFleet } from '../../src/run/fleet/join.ts';
import type { RunDeps } from '../../src/run/ports.ts';
import { scan } from '../../src/run/scan.ts';
import { judgeOrder } from '../../src/run/wire-fleet.ts';
import { noMemory } from './judge-estate.ts';
import type { GeneratedFleet } from './make-fleet.ts';

const tool = { name: 'strandline', version: '0.0.0' } as const;

export interface JoinedFleet {
  readonly result: ScanResult;
  /** Sources of each part that was judged. */
  readonly parts: readonly number[];
  readonly ahead: readonly VolumeUsage[];
}

/** The joining step over shares in memory. `change`: of what is stored, before anything is joined. */
export async function joinInParts(
  fleet: GeneratedFleet,
  { memory = noMemory, partItems = 1, change = (shares) => shares, now }: JoinOptions = {},
): Promise<JoinedFleet> {
  const config = Config.parse(fleet.config);
  const stored = change(sharesOf(fleet.inventory));
  const parts: number[] = [];
  const ahead: VolumeUsage[] = [];
  const shareAt = (key: string) => stored.find(({ head }) => keyOf(head) === key) as Share;
  const { result } = await joinFleet(
    config,
    toJudgeOptions(config),
    {
      tool,
      userRules: [],
      history: { ...historyOf(memory), appendVolumes: async (_, volumes) => void ahead.push(...volumes) },
      shelf: {
        list: async (source) => keysOf(stored, source),
        readHead: async (key) => JSON.parse(JSON.stringify(shareAt(key).head)),
        get: async (key) => encodeShare(shareAt(key)),
      },
      failing: (source, error) => failed(fleet.inventory, source, error),
      partItems,
      itemsAtATime: 3 * partItems,
      openBench: (setup) => ({
        width: 2,
        judge(order) {
          parts.push(order.shares.length + order.failed.length);
          return judgeOrder(setup, order);
        },
        close: async () => {},
      }),
    },
    depsAt(now ?? startOf(fleet.inventory)),
  );
  return { result, parts, ahead };
}

interface JoinOptions {
  readonly memory?: Memory;
  readonly partItems?: number;
  readonly change?: (shares: readonly Share[]) => readonly Share[];
  readonly now?: Date;
}

/** The same in one piece: a scan whose sources answer what the shares hold, and cannot be asked again. */
export async function scanInOnePiece(
  { inventory, config: text }: GeneratedFleet,
  memory = noMemory,
): Promise<ScanResult> {
  const config = Config.parse(text);
  const toSource = <I extends { readonly name: string }>(one: I) => ({
    name: one.name,
    collect: async () => one,
    readAgain: async (premises: readonly Premise[]) =>
      premises.map((premise) => ({ premise, status: 'stored' as const })),
  });
  const ports = {
    tool,
    userRules: [],
    history: historyOf(memory),
    nases: inventory.nases.map(toSource),
    clusters: inventory.clusters.map(toSource),
  };
  return (await scan(config, toJudgeOptions(config), ports, depsAt(startOf(inventory)))).result;
}

export function sharesOf({ clusters, nases }: Inventory): Share[] {
  const attempt = { scanId: 'share', runId: 'night' };
  return [
    ...nases.map((nas) => buildNasShare(nas, attempt)),
    ...clusters.map((cluster) => buildClusterShare(cluster, attempt)),
  ];
}

function historyOf(memory: Memory) {
  return { recall: async () => memory, append: async () => undefined, series: async () => undefined };
}

const keyOf = ({ source, readFrom }: ShareHead) => `${source} ${readFrom}`;

function keysOf(shares: readonly Share[], source: SourceId): string[] {
  const keys = shares.filter(({ head }) => head.source === source).map(({ head }) => keyOf(head));
  return keys.toSorted().reverse();
}

function failed(inventory: Inventory, source: SourceId, error: { code: 'notAsked'; message: string } | object) {
  const known = [...inventory.clusters, ...inventory.nases].find(({ name }) => source.endsWith(`/${name}`));
  if (known === undefined) throw new Error(`${source} is not of this fleet`);
  const sections = Object.keys(known.sections).map((name) => [
    name,
    { ok: false, error, takenAt: '2026-11-23T02:00:00Z' },
  ]);
  return { ...known, sections: Object.fromEntries(sections) } as typeof known;
}

/** When the first list was read: ages are measured from there. */
function startOf({ nases, clusters }: Inventory): Date {
  const times = [...nases, ...clusters].flatMap(({ sections }) =>
    Object.values(sections).map(({ takenAt }) => takenAt),
  );
  return new Date(times.toSorted()[0] ?? 0);
}

function depsAt(now: Date): RunDeps {
  const silent = () => {};
  const logger: Logger = { debug: silent, info: silent, warn: silent, error: silent, child: () => logger };
  const signal = new AbortController().signal;
  return { logger, now: () => now, scanId: 'scan', runId: 'night', signal, progress: silent };
}
