import type { CheckId, Finding } from '../model/finding.ts';
import type { ScanResult } from '../model/scan-result.ts';
import { describeIgnoredBy } from '../util/ignore-words.ts';
import { isAtOrBelow } from '../util/names.ts';
import { unreadBehind } from './unread-behind.ts';

/** Checks whose findings are cleaned up by removing something, or by a decision of a human (`advice`). */
export const cleanupChecks: ReadonlyMap<CheckId, 'remove' | 'advice'> = new Map([
  ['backend-without-volume', 'remove'],
  ['backend-incomplete', 'remove'],
  ['backend-snapshot-without-object', 'remove'],
  ['temporary-snapshot-left', 'remove'],
  ['detached-container-empty', 'remove'],
  ['share-without-backend', 'remove'],
  ['task-without-backend', 'remove'],
  ['attachment-stale', 'remove'],
  ['volume-released', 'advice'],
  ['volume-retained', 'advice'],
]);

/** Every reason why a finding must not be in a plan, in words; empty when it may. Blockers that can be ordered are not looked at here. */
export function reasonsAgainst(finding: Finding, result: ScanResult): string[] {
  return [
    ...(finding.confirmation === 'confirmed' ? [] : ['it is not confirmed yet']),
    ...(finding.confidence === 'low' ? ['confidence is low: somebody else may own it'] : []),
    ...(finding.ignoredBy === undefined ? [] : [`it is ignored: ${describeIgnoredBy(finding.ignoredBy)}`]),
    ...blockedBy(finding),
    ...(mayBeBackup(finding) ? ['it may belong to a backup tool'] : []),
    ...doubtsOfCheck(finding, result),
    ...unreadBehind(finding, result),
    ...(isParent(finding, result) ? ['it is a pool or the parent of a backend'] : []),
    ...(isWritable(finding) ? [] : ['its name holds control characters: handle it by hand']),
  ];
}

function blockedBy(finding: Finding): string[] {
  return finding.blockers
    .filter(({ kind }) => kind === 'session' || kind === 'unread' || kind === 'pod')
    .map(({ kind, name, why }) => `${kind} ${name} ${why}`);
}

function mayBeBackup(finding: Finding): boolean {
  return finding.evidence.some(
    ({ fact, from }) => fact === 'may belong to a backup tool' || from.endsWith('backupTools'),
  );
}

function doubtsOfCheck(finding: Finding, result: ScanResult): string[] {
  const outcome = result.checks.find(({ id, scope }) => id === finding.check && scope === finding.scope);
  if (outcome === undefined) return ['its check did not run'];
  if (outcome.status === 'notAssessed' || outcome.status === 'errored') {
    return [
      `its check was ${outcome.status === 'errored' ? 'broken off' : 'not assessed'}: ${outcome.because ?? 'no reason is given'}`,
    ];
  }
  const { name } = finding.resource;
  return result.checks.flatMap(({ scope, undecided }) =>
    scope === finding.scope || scope.endsWith(`@${finding.resource.nas ?? ''}`)
      ? undecided.filter((item) => item.name === name).map(({ because }) => `no verdict was possible on it: ${because}`)
      : [],
  );
}

/** A plan never touches a pool, a backend's parent, or what stands above one. */
function isParent(finding: Finding, result: ScanResult): boolean {
  const { kind, name, nas } = finding.resource;
  if (kind !== 'Dataset' && kind !== 'Zvol') return false;
  const parents = result.scope.backends
    .filter((b) => b.nas === nas)
    .flatMap((b) => [...b.parents, ...b.detachedParents]);
  return !name.includes('/') || parents.some((parent) => isAtOrBelow(parent, name));
}

/** A line break would end a comment and begin a command; nothing with one is ever written down as a command. */
function isWritable(finding: Finding): boolean {
  const { source, cluster, nas, namespace, name, uid } = finding.resource;
  const words = [source, cluster, nas, namespace, name, uid, ...finding.blockers.map((blocker) => blocker.name)];
  return words.every((word) => word === undefined || !/[\p{Cc}\p{Bidi_Control}\u2028\u2029\ufeff]/u.test(word));
}
