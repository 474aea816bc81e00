import { z } from 'zod';
import type { SmbShare } from '../../../model/truenas.ts';
import type { SectionAnswer } from '../../section.ts';
import { known, Lenient, parseRows, Unread } from '../rows.ts';
import { isRecord } from '../wire.ts';
import { type NasContext, query } from './context.ts';

/** Who is admitted: in the row itself up to 25.04, in `options` since. */
const SmbRow = z.object({
  id: z.number().int(),
  name: z.string().min(1),
  path: z.string().nullish(),
  comment: Unread,
  enabled: Unread,
  locked: Unread,
  guestok: Unread,
  hostsallow: Unread,
  hostsdeny: Unread,
  options: Unread,
});

const fields = Object.keys(SmbRow.shape);

export async function readSmbShares(context: NasContext): Promise<SectionAnswer<SmbShare>> {
  return toSmbShares(await query(context, 'sharing.smb.query', fields));
}

export function toSmbShares(answer: unknown) {
  const lenient = new Lenient();
  const items = parseRows('sharing.smb.query', SmbRow, answer).map((row) => toSmbShare(row, lenient));
  return { items, unreadable: lenient.unreadable };
}

function toSmbShare(row: z.output<typeof SmbRow>, lenient: Lenient): SmbShare {
  const access = isRecord(row.options) ? row.options : row;
  const isLocal = row.path?.startsWith('/') === true;
  return known({
    id: row.id,
    name: row.name,
    path: isLocal ? (row.path ?? undefined) : undefined,
    comment: lenient.text(row.comment, 'comment') ?? '',
    enabled: lenient.boolean(row.enabled, 'enabled') ?? true,
    locked: lenient.boolean(row.locked, 'locked'),
    admitsGuests: lenient.boolean(access['guestok'], 'admitsGuests'),
    allowedHosts: lenient.texts(access['hostsallow'], 'allowedHosts'),
    deniedHosts: lenient.texts(access['hostsdeny'], 'deniedHosts'),
  });
}
