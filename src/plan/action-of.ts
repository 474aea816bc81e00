import type { Finding } from '../model/finding.ts';
import type { ScanResult } from '../model/scan-result.ts';
import type { PlanAction } from './cleanup-plan.ts';
import { cleanupChecks } from './eligible.ts';

/** Methods of the middleware by which an entry is deleted; its queries end in `query` instead. */
const deletions: Readonly<Record<string, string>> = {
  NfsShare: 'sharing.nfs.delete',
  SmbShare: 'sharing.smb.delete',
  IscsiTarget: 'iscsi.target.delete',
  IscsiExtent: 'iscsi.extent.delete',
  IscsiTargetExtent: 'iscsi.targetextent.delete',
  NvmeNamespace: 'nvmet.namespace.delete',
  NvmeSubsystem: 'nvmet.subsys.delete',
  SnapshotTask: 'pool.snapshottask.delete',
  Replication: 'replication.delete',
};

/** What removes the resource of a finding, or why nothing can be written down for it. */
export function actionOf(finding: Finding, result: ScanResult): PlanAction | string {
  const { kind, name, nas, cluster, uid } = finding.resource;
  if (cleanupChecks.get(finding.check) === 'advice') return { kind: 'advice', target: name };
  if (kind === 'VolumeAttachment' && cluster !== undefined) {
    return { kind: 'deleteAttachment', cluster, target: name, ...(uid !== undefined && { uid }) };
  }
  if (nas === undefined) return `there is no way to remove a ${kind}`;
  if (kind === 'Dataset' || kind === 'Zvol') return { kind: 'deleteDataset', nas, target: name };
  if (kind === 'ZfsSnapshot') {
    const method = snapshotMethod(nas, 'delete', result);
    return method === undefined
      ? `the release of ${nas} is not known`
      : { kind: 'deleteSnapshot', nas, target: name, method };
  }
  const method = Object.hasOwn(deletions, kind) ? deletions[kind] : undefined;
  const id = Number(uid);
  if (method === undefined) return `there is no way to remove a ${kind}`;
  if (!/^\d+$/.test(uid ?? '') || !Number.isSafeInteger(id)) return 'its id is not known';
  return { kind: 'deleteEntry', nas, target: name, method, id };
}

/** TrueNAS 25.10 took the namespace `zfs.snapshot` away and put `pool.snapshot` in its place. */
export function snapshotMethod(
  nas: string,
  verb: 'delete' | 'release' | 'query',
  result: ScanResult,
): string | undefined {
  const release = result.scope.nases.find(({ name }) => name === nas)?.release;
  const [, major, minor] = /^(?:core-)?(\d+)(?:\.(\d+))?/.exec(release ?? '') ?? [];
  if (major === undefined) return undefined;
  const isNew = Number(major) > 25 || (Number(major) === 25 && Number(minor ?? 0) >= 10);
  return `${isNew ? 'pool' : 'zfs'}.snapshot.${verb}`;
}
