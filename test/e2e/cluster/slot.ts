import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { startTicks } from './processes.ts';

/** What keeps clusters on one machine apart: a state directory, address ranges, a bridge. */
export interface Slot {
  readonly stateDir: string;
  readonly serviceCidr: string;
  /** The first service address: the API server as pods see it, and an address of this host. */
  readonly serviceIp: string;
  readonly podCidr: string;
  readonly gateway: string;
  readonly bridge: string;
  /** Of its pods. */
  readonly controlGroup: string;
}

const root = '/tmp/strandline-cluster';
const slots = 8;

export function slotAt(number: number): Slot {
  return {
    stateDir: join(root, String(number)),
    serviceCidr: `10.${110 + number}.0.0/16`,
    serviceIp: `10.${110 + number}.0.1`,
    podCidr: `10.${130 + number}.7.0/24`,
    gateway: `10.${130 + number}.7.1`,
    bridge: `strandline${number}`,
    controlGroup: `strandline${number}`,
  };
}

/** Takes a free slot. @throws when all are in use. */
export function takeSlot(): Slot {
  mkdirSync(root, { recursive: true });
  for (let number = 0; number < slots; number += 1) {
    const slot = slotAt(number);
    try {
      mkdirSync(slot.stateDir);
    } catch {
      continue;
    }
    writeFileSync(join(slot.stateDir, 'owner'), `${process.pid} ${startTicks(process.pid)}`);
    return slot;
  }
  throw new Error(`all ${slots} cluster slots below ${root} are in use`);
}

/** Slots whose owner is gone: a test run that was killed. Whoever comes next cleans up after it. */
export function findStaleSlots(): Slot[] {
  let names: string[];
  try {
    names = readdirSync(root);
  } catch {
    return [];
  }
  return names
    .filter((name) => /^\d+$/.test(name))
    .map((name) => slotAt(Number(name)))
    .filter(({ stateDir }) => !isOwned(stateDir));
}

function isOwned(stateDir: string): boolean {
  try {
    const [pid, ticks] = readFileSync(join(stateDir, 'owner'), 'utf8').split(' ');
    return startTicks(Number(pid)) === ticks;
  } catch {
    return false;
  }
}

export function removeSlot({ stateDir }: Slot): void {
  rmSync(stateDir, { recursive: true, force: true, maxRetries: 5 });
}

/** Ports that nobody listens on now, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
          const server = createServer().on('error', reject);
          server.listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return address.port;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
