import { z } from 'zod';
import type { NfsShare } from '../../../model/truenas.ts';
import type { SectionAnswer } from '../../section.ts';
import { known, Lenient, parseRows, Unread } from '../rows.ts';
import { type NasContext, query } from './context.ts';

/** `paths[]` on CORE and 22.02, `path` since. One of the two is the share's identity. */
const NfsRow = z
  .object({
    id: z.number().int(),
    path: z.string().min(1).optional(),
    paths: z.array(z.string().min(1)).min(1).optional(),
    comment: Unread,
    enabled: Unread,
    locked: Unread,
    networks: Unread,
    hosts: Unread,
    ro: Unread,
    maproot_user: Unread,
    mapall_user: Unread,
  })
  .refine((row) => row.path !== undefined || row.paths !== undefined, { path: ['path'] });

const fields = Object.keys(NfsRow.shape);

export async function readNfsShares(context: NasContext): Promise<SectionAnswer<NfsShare>> {
  return toNfsShares(await query(context, 'sharing.nfs.query', fields));
}

export function toNfsShares(answer: unknown) {
  const lenient = new Lenient();
  const items = parseRows('sharing.nfs.query', NfsRow, answer).map((row) => toNfsShare(row, lenient));
  return { items, unreadable: lenient.unreadable };
}

function toNfsShare(row: z.output<typeof NfsRow>, lenient: Lenient): NfsShare {
  return known({
    id: row.id,
    paths: row.paths ?? [row.path ?? ''],
    comment: lenient.text(row.comment, 'comment') ?? '',
    enabled: lenient.boolean(row.enabled, 'enabled') ?? true,
    locked: lenient.boolean(row.locked, 'locked'),
    networks: lenient.texts(row.networks, 'networks'),
    hosts: lenient.texts(row.hosts, 'hosts'),
    isReadOnly: lenient.boolean(row.ro, 'isReadOnly'),
    maprootUser: lenient.text(row.maproot_user, 'maprootUser') || undefined,
    mapallUser: lenient.text(row.mapall_user, 'mapallUser') || undefined,
  });
}
