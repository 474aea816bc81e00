import type { Usage } from './measure.ts';
import type { Stages } from './stages.ts';

/** Medians of several runs, and how far apart the runs lay. */
export interface Row extends Omit<Usage, 'stagesMs'> {
  readonly name: string;
  readonly runs: number;
  readonly wallSpreadMs: number;
}

export function summarise(name: string, usages: readonly Usage[]): Row {
  const walls = usages.map(({ wallMs }) => wallMs);
  return {
    name,
    runs: usages.length,
    wallMs: median(walls),
    wallSpreadMs: Math.round(Math.max(...walls) - Math.min(...walls)),
    cpuMs: median(usages.map(({ cpuMs }) => cpuMs)),
    peakRssBytes: median(usages.map(({ peakRssBytes }) => peakRssBytes)),
  };
}

/** Medians of every stage, and how often was asked. */
export function summariseStages(usages: readonly Usage[]): Stages {
  const names = new Set(usages.flatMap(({ stagesMs = {} }) => Object.keys(stagesMs)));
  const stageOf = (name: string) => median(usages.map(({ stagesMs = {} }) => stagesMs[name] ?? 0));
  return {
    stagesMs: Object.fromEntries([...names].map((name) => [name, stageOf(name)])),
    calls: median(usages.map(({ calls = 0 }) => calls)),
  };
}

export interface Ratios {
  readonly wall: number;
  readonly cpu: number;
  readonly peakRss: number;
}

/** Of each turn its own ratio, for a machine that is busy is so for both; of these the medians. */
export function ratiosOf(usages: readonly Usage[], floors: readonly Usage[]): Ratios {
  const of = (key: 'wallMs' | 'cpuMs' | 'peakRssBytes') => {
    const ratios = usages.map((usage, turn) => usage[key] / (floors[turn]?.[key] ?? Number.NaN));
    return Number(middle(ratios).toFixed(2));
  };
  return { wall: of('wallMs'), cpu: of('cpuMs'), peakRss: of('peakRssBytes') };
}

export function formatTable(rows: readonly Row[]): string {
  const lines = rows.map(({ name, wallMs, wallSpreadMs, cpuMs, peakRssBytes }) =>
    [
      name,
      `${(wallMs / 1000).toFixed(2)} s`,
      `${(wallSpreadMs / 1000).toFixed(2)} s`,
      `${(cpuMs / 1000).toFixed(2)} s`,
      `${Math.round(peakRssBytes / 2 ** 20)} MiB`,
    ].join(' | '),
  );
  return ['| what | wall, median | spread | CPU | peak RSS |', '| --- | --- | --- | --- | --- |']
    .concat(lines.map((line) => `| ${line} |`))
    .join('\n');
}

function median(values: readonly number[]): number {
  return Math.round(middle(values));
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
