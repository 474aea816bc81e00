import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessUsage {
  readonly cpuMs: number;
  readonly peakRssBytes: number;
}

const msPerTick = 10; // USER_HZ is 100 on every Linux that Node runs on

/**
 * Looks at a process and all that descend from it, ten times a second. Peaks add up, though they need not fall together:
 * what is told of more than one process is an upper bound. What a process did after the last look is missing.
 */
export function watchTree(root: number, everyMs = 100): () => { root: ProcessUsage; descendants: ProcessUsage } {
  const seen = new Map<number, ProcessUsage>();
  const look = () => {
    const family = new Set([root]);
    const later = readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid >= root);
    for (const pid of later.toSorted((a, b) => a - b)) {
      const stat = readText(`/proc/${pid}/stat`)?.split(') ').at(-1)?.split(' ');
      if (stat === undefined || (pid !== root && !family.has(Number(stat[1])))) continue;
      family.add(pid);
      const peakKib = /VmHWM:\s+(\d+)/.exec(readText(`/proc/${pid}/status`) ?? '')?.[1];
      if (peakKib === undefined) continue; // a zombie
      const cpuMs = (Number(stat[11]) + Number(stat[12])) * msPerTick;
      seen.set(pid, { cpuMs, peakRssBytes: Number(peakKib) * 1024 });
    }
  };
  const timer = setInterval(look, everyMs);
  look();
  return () => {
    clearInterval(timer);
    const usages = [...seen].filter(([pid]) => pid !== root).map(([, usage]) => usage);
    return { root: seen.get(root) ?? nothing, descendants: usages.reduce(add, nothing) };
  };
}

const nothing: ProcessUsage = { cpuMs: 0, peakRssBytes: 0 };

export function add(a: ProcessUsage, b: ProcessUsage): ProcessUsage {
  return { cpuMs: a.cpuMs + b.cpuMs, peakRssBytes: a.peakRssBytes + b.peakRssBytes };
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined; // ended in between
  }
}
