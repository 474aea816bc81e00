import { type ConnectedNas, connectNas } from '../collect/truenas/connect.ts';
import { toAccount, toApiKeys } from '../collect/truenas/sections/account.ts';
import type { Config } from '../config/schema.ts';
import { readSecretFile } from '../config/secret-file.ts';
import { parseReference, type SecretReference } from '../config/secret-reference.ts';
import { toNasTargets } from '../config/to-targets.ts';
import { AppError, ConfigError, SourceError } from '../errors.ts';
import type { RotationReport } from '../model/rotation.ts';
import type { NasTarget } from '../model/targets.ts';
import { createKubernetesStore } from '../rotation/kubernetes-store.ts';
import { createNasKey, deleteNasKey } from '../rotation/nas-keys.ts';
import type { KeyAdmin, KeyStore, RotationPorts } from '../rotation/ports.ts';
import { rotateKey } from '../rotation/rotate-key.ts';
import { createVaultStore } from '../rotation/vault-store.ts';
import { durationMs } from '../util/duration.ts';
import type { RetryOptions } from '../util/retry.ts';
import type { Secret } from '../util/secret.ts';
import type { RotateRequest, RunDeps } from './ports.ts';
import { openSecretCluster } from './wire-secrets.ts';
import { connectVault } from './wire-vault.ts';

type Nas = Config['nas'][number];
type Rotation = NonNullable<Nas['rotation']>;

/** One NAS after the other, each for itself: what fails at one says nothing of the next. @throws ConfigError */
export async function rotateKeys(
  config: Config,
  request: RotateRequest,
  deps: RunDeps,
  retry?: Partial<RetryOptions>,
): Promise<RotationReport[]> {
  const targets = toNasTargets(config);
  const reports: RotationReport[] = [];
  for (const [index, nas] of config.nas.entries()) {
    const target = targets[index];
    if (nas.rotation === undefined || target === undefined || !isAsked(nas, request)) continue;
    deps.progress(`${request.isApply ? 'rotating' : 'looking at'} the key of nas/${nas.name}`);
    reports.push(await rotateOne({ config, request, deps, nas, target, rotation: nas.rotation, retry }));
  }
  return reports;
}

interface One {
  readonly config: Config;
  readonly request: RotateRequest;
  readonly deps: RunDeps;
  readonly nas: Nas;
  readonly target: NasTarget;
  readonly rotation: Rotation;
  readonly retry: Partial<RetryOptions> | undefined;
}

async function rotateOne(one: One): Promise<RotationReport> {
  const { config, request, deps, nas, rotation } = one;
  const place = rotation.store ?? nas.apiKeyFile ?? '';
  const closers: (() => unknown)[] = [];
  try {
    return await rotateKey(
      {
        ...{ nas: nas.name, deployment: config.deployment, runId: deps.scanId, ...request },
        afterMs: durationMs(rotation.after),
        lifetimeMs: rotation.lifetime === undefined ? undefined : durationMs(rotation.lifetime),
        overlapMs: durationMs(rotation.overlap),
        ...{ now: deps.now, signal: deps.signal },
      },
      await openPorts(one, place, closers),
    );
  } catch (error) {
    if (!(error instanceof AppError) || error instanceof ConfigError) throw error;
    const { message: because, remedy } = error;
    const why = { because, ...(remedy !== undefined && { remedy }) };
    return { nas: nas.name, place, outcome: 'failed', ...why, steps: [], keys: [] };
  } finally {
    await Promise.allSettled(closers.map((close) => close()));
  }
}

async function openPorts(one: One, place: string, closers: (() => unknown)[]): Promise<RotationPorts> {
  const { target, rotation, deps, nas } = one;
  const prove = async (key: Secret) => {
    const { username } = target.auth.kind === 'apiKey' ? target.auth : {};
    const { client } = await connect(one, async () => key, username);
    try {
      const [account] = toAccount(await client.call('auth.me'), { major: 25, minor: 4, text: '25.04' }).items;
      return { roles: account?.roles ?? [], ...(account?.username !== undefined && { username: account.username }) };
    } finally {
      await client.close();
    }
  };
  const store = await openStore(one, place, closers);
  let ownKeyId: number | undefined;
  const admin = await connect(
    one,
    async () => {
      const key = await readSecretFile(rotation.apiKeyFile, `nas ${nas.name} rotation.apiKeyFile`);
      ownKeyId = Number(key.reveal().split('-')[0]);
      return key;
    },
    rotation.username,
  );
  closers.push(() => admin.client.close());
  if (admin.client.transport === 'rest') throw tooOld(nas.name, admin.version);
  deps.logger.info({ nas: nas.name, place, isApply: one.request.isApply }, 'looking at the API key');
  return { admin: toAdmin(admin, () => ownKeyId), store, prove };
}

function connect(one: One, apiKey: () => Promise<Secret>, username?: string): Promise<ConnectedNas> {
  const { target, deps, retry } = one;
  const auth = { kind: 'apiKey', apiKey, ...(username !== undefined && { username }) } as const;
  return connectNas({ ...target, auth }, { log: deps.logger, now: deps.now, ...(retry !== undefined && { retry }) });
}

/** The only calls of this program that change a NAS. They are sent once. */
function toAdmin({ client }: ConnectedNas, ownKeyId: () => number | undefined): KeyAdmin {
  const change = (method: string, params: readonly unknown[]) =>
    client.call(method, params, { isRepeatable: false }).catch(explainForbidden);
  return {
    get ownKeyId() {
      return ownKeyId();
    },
    list: async () => toApiKeys(await client.call('api_key.query').catch(explainForbidden)).items,
    create: (key) => createNasKey(change, key),
    remove: (id) => deleteNasKey(change, id),
  };
}

function explainForbidden(error: unknown): never {
  if (!(error instanceof SourceError) || error.kind !== 'forbidden') throw error;
  throw new SourceError('forbidden', error.message, {
    cause: error,
    remedy: 'Give the account of rotation.apiKeyFile the role API_KEY_WRITE.',
  });
}

async function openStore(one: One, place: string, closers: (() => unknown)[]): Promise<KeyStore> {
  const reference = parseReference(place);
  if (reference?.scheme === 'vault') {
    const vault = await connectVault(one.config, one.deps.now);
    closers.push(vault.close);
    return createVaultStore(vault.client, vault.at, reference.place, reference.field);
  }
  if (reference?.scheme === 'kubernetes') return openSecretStore(one, reference, closers);
  throw new ConfigError(`nas ${one.nas.name}: ${place} cannot be written`, { remedy: 'Set rotation.store.' });
}

async function openSecretStore({ config, deps, retry }: One, reference: SecretReference, closers: (() => unknown)[]) {
  const { connection, close } = await openSecretCluster(config, deps, retry);
  closers.push(close);
  const [namespace = '', name = ''] = reference.place.split('/');
  return createKubernetesStore({ ...connection, namespace, name, key: reference.field });
}

function isAsked({ name }: Nas, { nases }: RotateRequest): boolean {
  return nases === undefined || nases.includes(name);
}

function tooOld(name: string, version: string): SourceError {
  return new SourceError('notAsked', `nas/${name} runs ${version}: its keys belong to nobody`, {
    remedy: 'Rotate by hand until it runs 25.04 or later.',
  });
}
