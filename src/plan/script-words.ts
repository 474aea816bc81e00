import { shellJson, shellQuote } from '../util/shell.ts';
import type { Guard, PlanAction } from './cleanup-plan.ts';

/** A guard as a call of one of the script's functions. */
export function guardWords(guard: Guard): string {
  if (guard.kind === 'count') {
    return `count ${shellQuote(guard.nas)} ${guard.method} ${shellJson(guard.filters)} ${guard.is}`;
  }
  if (guard.kind === 'unmentioned') {
    return `unmentioned ${shellQuote(guard.cluster)} ${guard.kinds} ${shellQuote(guard.text)}`;
  }
  const { cluster, resource, name, uid } = guard;
  return `same_uid ${shellQuote(cluster)} ${resource} ${shellQuote(name)} ${shellQuote(uid)}`;
}

/** The action as one command; undefined for advice. */
export function actionWords(action: PlanAction): string | undefined {
  if (action.kind === 'advice') return undefined;
  if (action.kind === 'deleteAttachment') {
    return `kubectl --context=${shellQuote(action.cluster)} delete volumeattachment -- ${shellQuote(action.target)}`;
  }
  return `nas ${shellQuote(action.nas)} ${middlewareCall(action)}`;
}

/** What follows `midclt call`. */
export function middlewareCall(action: Exclude<PlanAction, { kind: 'advice' | 'deleteAttachment' }>): string {
  const name = shellJson(action.target);
  if (action.kind === 'promoteDataset') return `pool.dataset.promote ${name}`;
  if (action.kind === 'releaseHolds') return `${action.method} ${name}`;
  if (action.kind === 'deleteSnapshot') return `${action.method} ${name} ${shellJson({ defer: false })}`;
  if (action.kind === 'deleteEntry') return `${action.method} ${action.id}`;
  return `pool.dataset.delete ${name} ${shellJson({ recursive: true, force: false })}`;
}
