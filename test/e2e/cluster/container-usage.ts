import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a container used until it ended, as the kernel counted it. */
export interface ContainerUsage {
  /** What the kernel cannot drop, all processes together (the browser too): what a memory limit must hold. */
  readonly peakWorkingSetBytes: number;
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
}

/** Follows the container of a process, five times a second, until it is gone. Control groups of version 1 or 2. */
export async function followContainer(pid: number): Promise<ContainerUsage> {
  const groups = readFileSync(`/proc/${pid}/cgroup`, 'utf8');
  const startedMs = performance.now();
  let peakWorkingSetBytes = 0;
  let cpuSeconds = 0;
  for (;;) {
    try {
      peakWorkingSetBytes = Math.max(peakWorkingSetBytes, readWorkingSet(groups));
      cpuSeconds = readCpu(groups);
    } catch {
      return { peakWorkingSetBytes, cpuSeconds, wallSeconds: (performance.now() - startedMs) / 1000 };
    }
    await sleep(200);
  }
}

const root = '/sys/fs/cgroup';

function folderOf(groups: string, controller: string): string {
  const line = groups.split('\n').find((one) => one.split(':')[1]?.split(',').includes(controller));
  if (line !== undefined) return join(root, controller, line.split(':')[2] ?? '');
  const unified = groups.split('\n').find((one) => one.startsWith('0::'));
  return join(root, unified?.slice('0::'.length) ?? '');
}

function readWorkingSet(groups: string): number {
  const folder = folderOf(groups, 'memory');
  const isFirstVersion = existsSync(join(folder, 'memory.usage_in_bytes'));
  const usedBytes = Number(readFileSync(join(folder, isFirstVersion ? 'memory.usage_in_bytes' : 'memory.current')));
  const stat = readFileSync(join(folder, 'memory.stat'), 'utf8');
  const inactive = new RegExp(`^${isFirstVersion ? 'total_' : ''}inactive_file (\\d+)$`, 'm').exec(stat)?.[1];
  return usedBytes - Number(inactive ?? 0);
}

function readCpu(groups: string): number {
  const folder = folderOf(groups, 'cpuacct');
  const first = join(folder, 'cpuacct.usage');
  if (existsSync(first)) return Number(readFileSync(first)) / 1e9;
  const micros = /^usage_usec (\d+)$/m.exec(readFileSync(join(folder, 'cpu.stat'), 'utf8'))?.[1];
  return Number(micros) / 1e6;
}
