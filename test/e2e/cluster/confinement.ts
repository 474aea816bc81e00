import { readFile } from 'node:fs/promises';

/** How the kernel really confines a process, as `/proc` tells it. */
export interface Confinement {
  /** Real, effective, saved, file system. */
  readonly uids: readonly number[];
  readonly gids: readonly number[];
  /** Every set of capabilities it has or could get back, as one mask. */
  readonly capabilities: string;
  readonly noNewPrivileges: boolean;
  readonly seccomp: 'off' | 'strict' | 'filter';
  readonly isRootReadOnly: boolean;
}

export async function confinementOf(pid: number): Promise<Confinement> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const mounts = await readFile(`/proc/${pid}/mountinfo`, 'utf8');
  const field = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1] ?? '';
  const numbers = (name: string) => field(name).split(/\s+/).map(Number);
  const root = mounts
    .split('\n')
    .map((line) => line.split(' '))
    .find(([, , , , place]) => place === '/');
  const masks = ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'].map((name) => BigInt(`0x${field(name)}`));
  return {
    uids: numbers('Uid'),
    gids: numbers('Gid'),
    capabilities: masks
      .reduce((sum, mask) => sum | mask, 0n)
      .toString(16)
      .padStart(16, '0'),
    noNewPrivileges: field('NoNewPrivs') === '1',
    seccomp: (['off', 'strict', 'filter'] as const)[Number(field('Seccomp'))] ?? 'off',
    isRootReadOnly: root?.[5]?.split(',').includes('ro') ?? false,
  };
}
