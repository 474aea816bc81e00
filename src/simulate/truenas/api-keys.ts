import { randomBytes } from 'node:crypto';
import type { NasKeyState, NasUserState } from '../estate.ts';
import { apiKeyRow, idOf, isFullAdmin, keysOf } from './accounts.ts';
import type { Context } from './context.ts';
import { Failure } from './failure.ts';
import type { Method } from './methods.ts';
import type { Row } from './query.ts';

/** Whoever may read everything may make and delete keys of their own; API_KEY_WRITE those of everybody. */
const roles = ['READONLY_ADMIN', 'API_KEY_WRITE'];

const life = { since: '25.04', roles, kind: 'call', socketOnly: true } as const;

/** Keys that belong to users: from 25.04 on. */
export const apiKeyChanges: readonly Method[] = [
  { name: 'api_key.create', ...life, run: (context, [argument = {}]) => create(context, argument as Row) },
  { name: 'api_key.delete', ...life, run: (context, [id]) => remove(context, Number(id)) },
];

function create(context: Context, argument: Row): unknown {
  const name = String(argument['name'] ?? '');
  const owner = String(argument['username'] ?? '');
  refuseOthers(context, owner);
  const { users } = context.state;
  const held = users.flatMap(keysOf);
  const user = users.find(({ username }) => username === owner);
  if (name === '' || name.length > 200) throw new Failure('validation', 'Value error', 'api_key_create.name');
  if (held.some((key) => key.name === name)) throw new Failure('validation', 'name must be unique', 'api_key_create');
  if (user === undefined) throw new Failure('validation', 'User does not exist.', 'api_key_create');
  const expiresMs = (argument['expires_at'] as { $date?: number } | null | undefined)?.$date;
  if (expiresMs !== undefined && expiresMs < context.now.getTime())
    throw new Failure('validation', 'Expiration date is in the past', 'api_key_create');
  const made: NasKeyState = {
    key: `${Math.max(0, ...held.map(idOf)) + 1}-${randomBytes(48).toString('base64url')}`,
    name,
    createdAt: context.now.toISOString(),
    ...(expiresMs !== undefined && { expiresAt: new Date(expiresMs).toISOString() }),
  };
  replaceUser(context, { ...user, moreKeys: [...(user.moreKeys ?? []), made] });
  return { ...apiKeyRow(user, made, context), key: made.key };
}

function remove(context: Context, id: number): unknown {
  const user = context.state.users.find((each) => keysOf(each).some((key) => idOf(key) === id));
  if (user === undefined) throw new Failure('instanceNotFound', `api_key ${id} does not exist`);
  refuseOthers(context, user.username);
  const { apiKey, apiKeyExpiresAt, ...rest } = user;
  const isFirst = apiKey?.startsWith(`${id}-`) === true;
  const moreKeys = (user.moreKeys ?? []).filter((key) => idOf(key) !== id);
  replaceUser(context, isFirst ? { ...rest, moreKeys } : { ...user, moreKeys });
  return true;
}

function replaceUser(context: Context, user: NasUserState): void {
  const users = context.state.users.map((each) => (each.username === user.username ? user : each));
  context.replace({ ...context.state, users });
}

function refuseOthers({ user, release }: Context, owner: string): void {
  if (user === undefined || user.username === owner || user.roles.includes('API_KEY_WRITE')) return;
  if (isFullAdmin(user, release)) return;
  const why = 'authenticated user lacks privileges to create or modify API keys of other users.';
  throw new Failure('notAuthorized', `[EACCES] ${user.username}: ${why}`);
}
