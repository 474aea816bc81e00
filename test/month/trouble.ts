import { HistoryError } from '../../src/errors.ts';
import type { ThroughObjects } from '../../src/history/store.ts';
import type { Estate } from '../../src/simulate/estate.ts';
import type { FaultKind } from '../../src/simulate/faults.ts';
import type { AttemptOptions } from './attempt.ts';
import type { Bench, System } from './bench.ts';
import type { Night } from './plan.ts';

const hourMs = 3_600_000;
/** Longer than any attempt lasts. */
const restMs = 600_000;

/** What is wrong while an attempt runs. */
export interface Trouble {
  /** The estate with the clocks that its systems have tonight. */
  readonly estate: Estate;
  readonly options: Partial<AttemptOptions>;
  /** Puts everything right again, and tells whether the trouble was met. */
  readonly end: () => boolean;
}

type Begin = (bench: Bench, night: Night, estate: Estate) => Omit<Trouble, 'estate'> & { readonly estate?: Estate };

export function beginTrouble(bench: Bench, night: Night, estate: Estate): Trouble {
  if (night.trouble === undefined) return { estate, options: {}, end: () => false };
  return { estate, ...kinds[night.trouble](bench, night, estate) };
}

const kinds: Readonly<Record<NonNullable<Night['trouble']>, Begin>> = {
  apiServerRestart: (bench, night) => cutLine(bench, night, 'cluster/', 150),
  apiServerGone: (bench, night) => cutLine(bench, night, 'cluster/', restMs),
  nasReboot: (bench, night) => cutLine(bench, night, 'nas/', 150),
  nasGone: (bench, night) => cutLine(bench, night, 'nas/', restMs),
  listFault: (bench, { dice }) => {
    const { simulator, calls } = pick(bench.askedLists(), dice[0]);
    const kind: FaultKind = pick(['forbidden', 'halfPage', 'gone', 'serverError', 'wrongJson'], dice[1]);
    const { system = '*', call = '*' } = pick(calls, dice[2]);
    simulator.faults.set([{ system, call, kind }]);
    return { options: {}, end: () => endFaults(simulator.faults) };
  },
  historyDown: (bench, { dice }) => {
    if (bench.bucket === undefined) return diskFull(Math.floor((dice[0] ?? 0) * 12));
    const { bucket } = bench;
    bucket.failAfterCalls = Math.floor((dice[0] ?? 0) * 20);
    return {
      options: {},
      end: () => {
        const isMet = bucket.failed > 0;
        bucket.failAfterCalls = undefined;
        return isMet;
      },
    };
  },
  smtpDown: (bench) => {
    bench.mailIsRefused = true;
    return {
      options: {},
      end: () => {
        bench.mailIsRefused = false;
        return bench.refusedMails > 0;
      },
    };
  },
  pushgatewayDown: (bench) => {
    bench.pushgateway.isDown = true;
    return {
      options: {},
      end: () => {
        bench.pushgateway.isDown = false;
        return true;
      },
    };
  },
  killed: (_, { dice }) => ({ options: { killAt: 1 + Math.floor((dice[0] ?? 0) * 18) }, end: () => true }),
  terminated: (_, { dice }) => ({ options: { terminateAfterMs: 20 + (dice[0] ?? 0) * 600 }, end: () => true }),
  slowNetwork: (bench, { dice }) => {
    const lines = [...bench.systems.values()].map(({ line }) => line);
    for (const line of lines) line.set({ bytesPerSecond: 1_000_000 + (dice[0] ?? 0) * 1_000_000 });
    return { options: {}, end: () => endLines(lines, ({ slowedBytes }) => slowedBytes > 0) };
  },
  clockJump: (_, { dice }, estate) => {
    const jumpMs = Math.round(((dice[0] ?? 0) * 12 - 6) * hourMs);
    const who = pick(['nas', 'cluster', 'scanner'] as const, dice[1]);
    const options = who === 'scanner' ? { clockJumpMs: jumpMs } : {};
    const jump = <T extends object>(state: T) => ({ ...state, clockSkewMs: jumpMs });
    return {
      options,
      estate: {
        ...estate,
        ...(who === 'nas' && { nases: estate.nases.map(jump) }),
        ...(who === 'cluster' && { clusters: estate.clusters.map(jump) }),
      },
      end: () => true,
    };
  },
};

function cutLine(bench: Bench, { dice }: Night, side: string, downMs: number): Omit<Trouble, 'estate'> {
  const systems = [...bench.systems].filter(([name]) => name.startsWith(side)).map(([, system]) => system);
  const { line } = pick(systems, dice[0]);
  line.set({ cutAfterBytes: Math.floor(4_000 + (dice[1] ?? 0) * 20_000), downMs });
  return { options: {}, end: () => endLines([line], ({ cuts }) => cuts > 0) };
}

function diskFull(after: number): Omit<Trouble, 'estate'> {
  let writes = 0;
  let refused = 0;
  const refuse = (place: string): never => {
    refused += 1;
    throw new HistoryError(`History in ${place}: no space left on device`, { remedy: 'Make room.' });
  };
  const isFull = () => {
    writes += 1;
    return writes > after;
  };
  const throughObjects: ThroughObjects = (objects) => ({
    ...objects,
    putIfAbsent: async (key, body) => (isFull() ? refuse(objects.place) : objects.putIfAbsent(key, body)),
    replace: async (key, body) => (isFull() ? refuse(objects.place) : objects.replace(key, body)),
  });
  return { options: { throughObjects }, end: () => refused > 0 };
}

function endLines(lines: readonly System['line'][], isMet: (line: System['line']) => boolean): boolean {
  const met = lines.some(isMet);
  for (const line of lines) line.set({});
  return met;
}

function endFaults(faults: System['simulator']['faults']): boolean {
  const met = faults.firedCount() > 0;
  faults.set([]);
  return met;
}

function pick<T>(items: readonly T[], dice = 0): T {
  const item = items[Math.floor(dice * items.length)];
  if (item === undefined) throw new Error('pick: nothing to pick from');
  return item;
}
