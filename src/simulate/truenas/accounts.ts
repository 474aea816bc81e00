import type { NasKeyState, NasUserState } from '../estate.ts';
import type { Context } from './context.ts';
import type { Row } from './query.ts';
import { isSince } from './release.ts';

/** May this user call what asks for one of `roles`? No roles asked: anybody who is logged in. */
export function isAllowed(
  user: NasUserState,
  roles: readonly string[],
  { release }: Pick<Context, 'release'>,
): boolean {
  if (roles.length === 0 || isFullAdmin(user, release)) return true;
  return roles.some((role) => user.roles.some((held) => holds(held, role)));
}

/** CORE knows no roles: whoever is let in may do everything. */
export function isFullAdmin(user: NasUserState, release: Context['release']): boolean {
  return release === 'core-13' || user.roles.includes('FULL_ADMIN');
}

function holds(held: string, wanted: string): boolean {
  if (held === wanted) return true;
  if (held === 'READONLY_ADMIN') return wanted.endsWith('_READ');
  if (held === 'SHARING_READ') return wanted.startsWith('SHARING_') && wanted.endsWith('_READ');
  return held.endsWith('_WRITE') && held.replace(/_WRITE$/, '_READ') === wanted;
}

/** `auth.me`, and `user_info` of a login. */
export function accountRow(user: NasUserState, { release }: Pick<Context, 'release'>, byKey: boolean): Row {
  const uid = 3001;
  return {
    pw_name: user.username,
    pw_gecos: user.username,
    pw_dir: '/var/empty',
    pw_shell: '/usr/sbin/nologin',
    pw_uid: uid,
    pw_gid: uid,
    ...(isSince(release, '25.04') && { grouplist: null, sid: null, source: 'LOCAL', local: true }),
    attributes: {},
    two_factor_config: { provisioning_uri: null, secret_configured: false, interval: 30, otp_digits: 6 },
    privilege: {
      roles: { $set: user.roles },
      allowlist: isFullAdmin(user, release) ? [{ method: '*', resource: '*' }] : [],
      web_shell: isFullAdmin(user, release),
      webui_access: isFullAdmin(user, release),
    },
    account_attributes: byKey ? ['LOCAL', 'API_KEY'] : ['LOCAL'],
  };
}

/** Rows of `api_key.query`, and with a name of `api_key.my_keys`. */
export function apiKeyRows(context: Context, username?: string): readonly Row[] {
  return context.state.users
    .filter((user) => username === undefined || user.username === username)
    .flatMap((user) => keysOf(user).map((key) => apiKeyRow(user, key, context)));
}

export function keysOf(user: NasUserState): readonly NasKeyState[] {
  const { username, apiKey, apiKeyExpiresAt, moreKeys = [] } = user;
  if (apiKey === undefined) return moreKeys;
  const createdAt = new Date(1_780_000_000_000).toISOString();
  const expiry = apiKeyExpiresAt === undefined ? {} : { expiresAt: apiKeyExpiresAt };
  return [{ key: apiKey, name: `${username} key`, createdAt, ...expiry }, ...moreKeys];
}

export function idOf({ key }: NasKeyState): number {
  return Number(key.split('-')[0]);
}

export function apiKeyRow(user: NasUserState, held: NasKeyState, { release, revokedKeys }: Context): Row {
  const { key, name, createdAt, expiresAt } = held;
  const id = idOf(held);
  const isRevoked = revokedKeys.has(key);
  const created = { created_at: { $date: Date.parse(createdAt) } };
  if (!isSince(release, '25.04')) return { id, name, key: '********', ...created, allowlist: [] };
  return {
    id,
    name,
    username: user.username,
    user_identifier: 3001,
    ...(release === '26'
      ? { iterations: 500_000, salt: '********', stored_key: '********', server_key: '********' }
      : { keyhash: '********' }),
    ...created,
    expires_at: expiresAt === undefined ? null : { $date: Date.parse(expiresAt) },
    local: true,
    revoked: isRevoked,
    ...(isSince(release, '25.10') && {
      revoked_reason: isRevoked ? 'Attempt to use over an insecure transport' : null,
    }),
  };
}
