import { z } from 'zod';
import type { Pool } from '../../../model/truenas.ts';
import type { SectionAnswer } from '../../section.ts';
import { known, Lenient, parseRows, Unread } from '../rows.ts';
import { dateOf, isRecord } from '../wire.ts';
import { type NasContext, query } from './context.ts';

const PoolRow = z.object({
  name: z.string().min(1),
  guid: z.union([z.string().min(1), z.number().transform(String)]),
  status: z.string(),
  healthy: z.boolean(),
  size: Unread,
  allocated: Unread,
  free: Unread,
  fragmentation: Unread,
  status_detail: Unread,
  scan: Unread,
  topology: Unread,
});

const fields = Object.keys(PoolRow.shape);

export async function readPools(context: NasContext): Promise<SectionAnswer<Pool>> {
  return toPools(await query(context, 'pool.query', fields));
}

export function toPools(answer: unknown): { items: Pool[]; unreadable: Readonly<Record<string, number>> } {
  const lenient = new Lenient();
  const items = parseRows('pool.query', PoolRow, answer).map((row) => toPool(row, lenient));
  return { items, unreadable: lenient.unreadable };
}

/** CORE sends no sizes and an offline pool sends null: both are unknown, nothing is derived. */
function toPool(row: z.output<typeof PoolRow>, lenient: Lenient): Pool {
  return known({
    name: row.name,
    guid: row.guid,
    status: row.status,
    healthy: row.healthy,
    sizeBytes: lenient.bytes(row.size, 'sizeBytes'),
    allocatedBytes: lenient.bytes(row.allocated, 'allocatedBytes'),
    freeBytes: lenient.bytes(row.free, 'freeBytes'),
    fragmentationPercent: lenient.integer(row.fragmentation, 'fragmentationPercent'),
    statusDetail: lenient.text(row.status_detail, 'statusDetail'),
    lastScrub: lastScrubOf(row.scan, lenient),
    dataVdevs: dataVdevsOf(row.topology),
  });
}

/** Never scrubbed: null, or an object with every field null. A resilver is no scrub. */
function lastScrubOf(scan: unknown, lenient: Lenient): Pool['lastScrub'] {
  if (!isRecord(scan) || typeof scan['state'] !== 'string') return undefined;
  if (scan['function'] !== 'SCRUB') return undefined;
  return known({
    state: scan['state'],
    finishedAt: dateOf(scan['end_time']),
    errors: lenient.integer(scan['errors'], 'lastScrub.errors'),
  });
}

/** `topology.data` of an imported pool; a single disk has no children and is one disk. */
function dataVdevsOf(topology: unknown): Pool['dataVdevs'] {
  const data = isRecord(topology) ? topology['data'] : undefined;
  if (!Array.isArray(data) || data.length === 0) return undefined;
  const vdevs = data.map((vdev) => {
    if (!isRecord(vdev) || typeof vdev['type'] !== 'string') return undefined;
    const { type, children } = vdev;
    return { type, disks: Array.isArray(children) && children.length > 0 ? children.length : 1 };
  });
  return vdevs.every((vdev) => vdev !== undefined) ? vdevs : undefined;
}
