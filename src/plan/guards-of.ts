import type { Finding } from '../model/finding.ts';
import type { ScanResult } from '../model/scan-result.ts';
import { leafOf } from '../util/names.ts';
import { snapshotMethod } from './action-of.ts';
import type { Guard, PlanAction } from './cleanup-plan.ts';

/** What has to be true again at the moment of the action. */
export function guardsOf(finding: Finding, action: PlanAction, result: ScanResult): Guard[] {
  if (action.kind === 'deleteDataset') return ofDataset(action.nas, action.target, finding, result);
  if (action.kind === 'deleteSnapshot') return ofSnapshot(action.nas, action.target, finding, result);
  if (action.kind === 'promoteDataset') {
    const former = finding.resource.name;
    const filters = [
      ['id', '=', action.target],
      ['origin.rawvalue', '^', `${former}@`],
    ];
    return [count(action.nas, 'pool.dataset.query', filters, 1)];
  }
  if (action.kind === 'releaseHolds') {
    return [count(action.nas, action.method.replace(/release$/, 'query'), [['id', '=', action.target]], 1)];
  }
  if (action.kind === 'deleteEntry') {
    const method = action.method.replace(/delete$/, 'query');
    return [count(action.nas, method, [['id', '=', action.id], nameFilter(finding, action.target)], 1)];
  }
  if (action.kind === 'deleteAttachment' && action.uid !== undefined) {
    const { cluster, target, uid } = action;
    return [{ kind: 'sameUid', cluster, resource: 'volumeattachment', name: target, uid }];
  }
  return [];
}

function ofDataset(nas: string, name: string, finding: Finding, result: ScanResult): Guard[] {
  return [
    count(nas, 'pool.dataset.query', [['id', '=', name]], 1),
    count(nas, 'pool.dataset.query', [['id', '^', `${name}/`]], 0),
    count(nas, 'pool.dataset.query', [['origin.rawvalue', '^', `${name}@`]], 0),
    ...unmentioned(finding, leafOf(name), result),
  ];
}

function ofSnapshot(nas: string, name: string, finding: Finding, result: ScanResult): Guard[] {
  const method = snapshotMethod(nas, 'query', result);
  const leaf = name.slice(name.indexOf('@') + 1);
  return [
    ...(method === undefined ? [] : [count(nas, method, [['id', '=', name]], 1)]),
    count(nas, 'pool.dataset.query', [['origin.rawvalue', '=', name]], 0),
    ...unmentioned(finding, leaf, result),
  ];
}

/** No object of any cluster may bear the name anywhere, not even in an annotation. */
function unmentioned(finding: Finding, text: string, result: ScanResult): Guard[] {
  const kinds = finding.check === 'backend-snapshot-without-object' ? 'pv,pvc,volumesnapshotcontents' : 'pv,pvc';
  return result.scope.clusters.map(({ name }) => ({ kind: 'unmentioned', cluster: name, kinds, text }));
}

function nameFilter(finding: Finding, name: string): unknown {
  const { kind } = finding.resource;
  if (kind === 'NfsShare') return ['path', '=', name];
  if (kind === 'SnapshotTask') return ['dataset', '=', name];
  return kind === 'IscsiTargetExtent' || kind === 'NvmeNamespace' ? ['id', '!=', 0] : ['name', '=', name];
}

function count(nas: string, method: string, filters: unknown, is: number): Guard {
  return { kind: 'count', nas, method, filters, is };
}
