import { AppError, SourceError } from '../errors.ts';
import type { RotationReport } from '../model/rotation.ts';
import type { NasApiKey } from '../model/truenas.ts';
import { buildPlan, type RotationPlan } from './build-plan.ts';
import { findRefusal, notListed, refuseWide } from './find-refusal.ts';
import { formatKeyName } from './key-name.ts';
import { plannedSteps } from './planned-steps.ts';
import type { CreatedKey, ProvenAccount, RotationPorts, StoredKey } from './ports.ts';
import { createRecorder, type Recorder } from './record-steps.ts';
import { storeKey, UndecidedWriteError } from './store-key.ts';

export interface RotationRequest {
  readonly nas: string;
  readonly deployment: string;
  readonly runId: string;
  /** False: says what it would do, and changes nothing. */
  readonly isApply: boolean;
  /** Also when the key is young. */
  readonly isForced: boolean;
  readonly afterMs: number;
  /** Undefined: new keys do not expire. */
  readonly lifetimeMs: number | undefined;
  readonly overlapMs: number;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

/**
 * Finishes what an earlier rotation left, then: make a key, log in with it, store it, read the store again and log in
 * with what it holds, and only then delete the key before. Wherever this is interrupted, the key in the store works, and
 * the next run sees by the keys' names what is left to do.
 * @throws SourceError while nothing was changed yet.
 */
export async function rotateKey(request: RotationRequest, ports: RotationPorts): Promise<RotationReport> {
  const stored = await ports.store.read();
  const keys = await ports.admin.list();
  const current = keys.find(({ id }) => id === idOf(stored));
  const account = current?.username;
  const base = { nas: request.nas, place: ports.store.place, ...(account !== undefined && { account }) };
  const proven = await proveStored(ports, stored);
  const refusal = findRefusal(current, proven, ports.admin.ownKeyId);
  if (refusal !== undefined || current === undefined || account === undefined)
    return { ...base, outcome: 'refused', ...(refusal ?? notListed), steps: [], keys: [] };
  const plan = buildPlan({
    ...{ deployment: request.deployment, nas: request.nas, account, store: stored.identity },
    ...{ storedId: current.id, keys },
    ...{ works: proven !== undefined, ownKeyId: ports.admin.ownKeyId, nowMs: request.now().getTime() },
    ...{ afterMs: request.afterMs, overlapMs: request.overlapMs, isForced: request.isForced },
  });
  const report = { ...base, because: plan.because, keys: plan.keys };
  if (!request.isApply)
    return { ...report, outcome: plan.isDue ? 'due' : 'notDue', steps: plannedSteps(plan, request) };
  const recorder = createRecorder(`nas/${request.nas}`);
  try {
    await act({ request, ports, stored, current, account, plan, recorder });
    return { ...report, outcome: plan.isDue ? 'rotated' : 'notDue', steps: recorder.steps };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { message: because, remedy } = error;
    return { ...report, outcome: 'failed', because, ...(remedy !== undefined && { remedy }), steps: recorder.steps };
  }
}

interface Work {
  readonly request: RotationRequest;
  readonly ports: RotationPorts;
  readonly stored: StoredKey;
  readonly current: NasApiKey;
  readonly account: string;
  readonly plan: RotationPlan;
  readonly recorder: Recorder;
}

async function act(work: Work): Promise<void> {
  const { request, ports, current, plan, recorder } = work;
  for (const { id, isSafe, note } of plan.leftovers) {
    if (isSafe) await recorder.step('delete', id, () => ports.admin.remove(id));
    else recorder.leave('delete', id, note);
  }
  if (!plan.isDue) return;
  if (request.signal.aborted) throw new SourceError('notAsked', 'the run was stopped before a key was made');
  const made = await create(work);
  await discardUnless(work, made, () => recorder.step('prove', made.id, () => proveNew(work, made)));
  await discardUnless(work, made, () =>
    recorder.step('store', made.id, () => storeKey(ports.store, made, work.stored)),
  );
  await recorder.step('readBack', made.id, () => readBack(work, made));
  if (request.overlapMs > 0) recorder.leave('delete', current.id, 'the overlap begins: a later run deletes it');
  else await recorder.step('delete', current.id, () => ports.admin.remove(current.id));
}

/** A call that may have made a key is followed up by name: a key whose text nobody has is of no use to anybody. */
async function create({ request, ports, stored, current, account, recorder }: Work): Promise<CreatedKey> {
  const { deployment, nas, runId, lifetimeMs, now } = request;
  const name = formatKeyName({ deployment, nas, store: stored.identity, replaces: current.id, runId });
  const expiresAt = lifetimeMs === undefined ? undefined : new Date(now().getTime() + lifetimeMs).toISOString();
  try {
    return await recorder.make(() => ports.admin.create({ name, username: account, ...(expiresAt && { expiresAt }) }));
  } catch (error) {
    const lost = await ports.admin.list().then(
      (keys) => keys.find((key) => key.name === name),
      () => undefined,
    );
    if (lost !== undefined) await recorder.step('delete', lost.id, () => ports.admin.remove(lost.id)).catch(ignore);
    throw error;
  }
}

/** A new key that certainly is not in the store is taken back; one that may be there is left to the next run. */
async function discardUnless(work: Work, made: CreatedKey, step: () => Promise<unknown>): Promise<void> {
  try {
    await step();
  } catch (error) {
    if (error instanceof UndecidedWriteError) throw error;
    await work.recorder.step('delete', made.id, () => work.ports.admin.remove(made.id)).catch(ignore);
    throw error;
  }
}

async function proveNew({ ports, account }: Work, { key }: CreatedKey): Promise<void> {
  const proven = await ports.prove(key);
  if (proven.username !== account)
    throw new SourceError('badAnswer', `the new key logs in as ${proven.username ?? 'nobody'}, not as ${account}`, {
      remedy: 'Look at the keys of both accounts on the NAS.',
    });
  const wide = refuseWide(proven); // of a key that had expired, this was not known before
  if (wide?.because !== undefined) throw new SourceError('forbidden', wide.because, { remedy: wide.remedy ?? '' });
}

async function readBack({ ports, account }: Work, made: CreatedKey): Promise<void> {
  const { key } = await ports.store.read();
  const remedy = 'Both keys were kept; run it again, and see that nothing else writes there.';
  if (key.reveal() !== made.key.reveal())
    throw new SourceError('badAnswer', `${ports.store.place} holds another key than the one just stored`, { remedy });
  const { username } = await ports.prove(key);
  if (username !== account) throw new SourceError('badAnswer', 'the stored key logs in as somebody else', { remedy });
}

/** Undefined: it does not let anybody in. Anything else that goes wrong is no answer. */
async function proveStored({ prove }: RotationPorts, { key }: StoredKey): Promise<ProvenAccount | undefined> {
  try {
    return await prove(key);
  } catch (error) {
    if (error instanceof SourceError && error.kind === 'unauthenticated') return undefined;
    throw error;
  }
}

function idOf({ key }: StoredKey): number | undefined {
  const [, id] = /^(\d+)-/.exec(key.reveal()) ?? [];
  return id === undefined ? undefined : Number(id);
}

function ignore(): void {}
