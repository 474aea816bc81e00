import { z } from 'zod';
import type { NasAccount, NasApiKey } from '../../../model/truenas.ts';
import type { SectionAnswer } from '../../section.ts';
import { isAtLeast, type Release } from '../release.ts';
import { missingRoles } from '../roles.ts';
import { known, Lenient, parseRow, parseRows, Unread } from '../rows.ts';
import { dateOf, isRecord, setOf } from '../wire.ts';
import { absent, type NasContext, orAbsent } from './context.ts';

const Me = z.object({ pw_name: Unread, privilege: Unread });

/** CORE and 22.02 know no roles: whoever is in may do everything. */
export async function readAccount(context: NasContext): Promise<SectionAnswer<NasAccount>> {
  const { client, release, signal } = context;
  if (!isAtLeast(release, 22, 12)) return [{ roles: [], isFullAdmin: true, missingRoles: [] }];
  return orAbsent(context, 'auth.me', true, async () =>
    toAccount(await client.call('auth.me', [], { signal }), release),
  );
}

/** `privilege.roles` comes as `{"$set": […]}`, in any order. */
export function toAccount(answer: unknown, release: Release) {
  const row = parseRow('auth.me', Me, answer);
  const lenient = new Lenient();
  const given = isRecord(row.privilege) ? setOf(row.privilege['roles']) : undefined;
  if (given === undefined) lenient.miss('roles');
  const account: NasAccount = known({
    username: lenient.text(row.pw_name, 'username'),
    roles: [...(given ?? [])].sort(),
    isFullAdmin: given?.includes('FULL_ADMIN'),
    missingRoles: given && missingRoles(given, isAtLeast(release, 25, 10)),
  });
  return { items: [account], unreadable: lenient.unreadable };
}

/** Hashes and salts of the row are dropped here. */
const KeyRow = z.object({
  id: z.number().int(),
  name: z.string(),
  username: Unread,
  created_at: Unread,
  expires_at: Unread,
  revoked: Unread,
});

/** Keys belong to users from 25.04 on; before, they never expire. */
export async function readApiKeys(context: NasContext): Promise<SectionAnswer<NasApiKey>> {
  const { client, release, signal } = context;
  if (!isAtLeast(release, 25, 4)) return absent(`TrueNAS ${release.text} has no api_key.my_keys`);
  return toApiKeys(await client.call('api_key.my_keys', [], { signal }));
}

export function toApiKeys(answer: unknown) {
  const lenient = new Lenient();
  const items = parseRows('api_key.my_keys', KeyRow, answer).map(
    (row): NasApiKey =>
      known({
        id: row.id,
        name: row.name,
        username: lenient.text(row.username, 'username'),
        createdAt: dateOf(row.created_at),
        expiresAt: dateOf(row.expires_at),
        isRevoked: lenient.boolean(row.revoked, 'isRevoked'),
      }),
  );
  return { items, unreadable: lenient.unreadable };
}
