import { z } from 'zod';
import { SourceError } from '../../../errors.ts';
import type { NasAuth, NasTarget } from '../../../model/targets.ts';
import type { Secret } from '../../../util/secret.ts';
import type { RpcSocket } from './socket.ts';

/** Logs the socket in. A key that is refused is read once more, for it may have been rotated. @throws SourceError */
export async function login(socket: RpcSocket, target: NasTarget, signal?: AbortSignal): Promise<void> {
  const first = await readCredential(target.auth);
  const outcome = await tryLogin(socket, target, first, signal);
  if (outcome === undefined) return;
  const second = await readCredential(target.auth);
  if (second.reveal() === first.reveal() || outcome.kind !== 'unauthenticated') throw outcome;
  const again = await tryLogin(socket, target, second, signal);
  if (again !== undefined) throw again;
}

export function readCredential(auth: NasAuth): Promise<Secret> {
  return auth.kind === 'apiKey' ? auth.apiKey() : auth.password();
}

const LoginEx = z.object({ response_type: z.string(), urls: z.array(z.string()).optional().catch(undefined) });

async function tryLogin(
  socket: RpcSocket,
  { name, auth, callTimeoutMs }: NasTarget,
  secret: Secret,
  signal: AbortSignal | undefined,
): Promise<SourceError | undefined> {
  if (auth.kind === 'apiKey' && auth.username === undefined) {
    const { result } = await socket.call('auth.login_with_api_key', [secret.reveal()], callTimeoutMs, signal);
    return result === true ? undefined : refused(name, 'AUTH_ERR');
  }
  const { result } = await socket.call('auth.login_ex', [mechanism(auth, secret)], callTimeoutMs, signal);
  const answer = LoginEx.safeParse(result);
  if (!answer.success) return new SourceError('badAnswer', `nas/${name}: the answer to the login cannot be read`);
  if (answer.data.response_type === 'SUCCESS') return undefined;
  return answer.data.response_type === 'REDIRECT'
    ? new NasStandbyError(name, answer.data.urls ?? [])
    : refused(name, answer.data.response_type);
}

function mechanism(auth: NasAuth, secret: Secret): Readonly<Record<string, string | undefined>> {
  return auth.kind === 'apiKey'
    ? { mechanism: 'API_KEY_PLAIN', username: auth.username, api_key: secret.reveal() }
    : { mechanism: 'PASSWORD_PLAIN', username: auth.username, password: secret.reveal() };
}

/** This node of an HA pair is on standby. */
export class NasStandbyError extends SourceError {
  constructor(name: string, urls: readonly string[]) {
    super('unreachable', `nas/${name} is the standby node of an HA pair`, {
      remedy: `Configure the virtual address of the pair${urls.length > 0 ? ` (the active node is ${urls.join(', ')})` : ''}.`,
    });
  }
}

function refused(name: string, type: string): SourceError {
  const { kind, why, remedy } = refusals[type] ?? {
    kind: 'unauthenticated',
    why: `was refused (${type})`,
    remedy: 'Check the account on the NAS.',
  };
  return new SourceError(kind, `nas/${name}: the login ${why}`, { remedy });
}

const newKey = 'Create a new API key for the account on the NAS, and put it where the configuration reads it.';

const refusals: Readonly<Record<string, { kind: 'unauthenticated' | 'forbidden'; why: string; remedy: string }>> = {
  AUTH_ERR: { kind: 'unauthenticated', why: 'was refused: wrong, expired or revoked credential', remedy: newKey },
  EXPIRED: { kind: 'unauthenticated', why: 'was refused: the credential has expired or was revoked', remedy: newKey },
  OTP_REQUIRED: {
    kind: 'unauthenticated',
    why: 'asks for a one-time password, which a batch job cannot give',
    remedy: 'Use an API key instead of a password.',
  },
  DENIED: {
    kind: 'forbidden',
    why: 'was denied to this account',
    remedy: 'Allow the account to use the API on the NAS.',
  },
};
