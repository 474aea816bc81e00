import type { NasState } from '../estate.ts';
import { apiKeyChanges } from './api-keys.ts';
import { deleteExtent, deleteRow, deleteTarget, deleteTargetExtent } from './attachments.ts';
import type { Context } from './context.ts';
import type { Method } from './methods.ts';
import { deleteDataset, deleteSnapshot, promoteDataset } from './mutations.ts';

type Change = (state: NasState, id: never, ...options: readonly unknown[]) => NasState;

/** Calls that change the NAS, so that a plan can be replayed on it. Strandline itself makes only those for API keys. */
export const changes: readonly Method[] = [
  change('pool.dataset.delete', 'DATASET_DELETE', (state, id: string, options) =>
    deleteDataset(state, id, flag(options, 'recursive')),
  ),
  change('pool.dataset.promote', 'DATASET_WRITE', (state, id: string) => promoteDataset(state, id)),
  change('zfs.snapshot.delete', 'SNAPSHOT_DELETE', removeSnapshot, { until: '25.10' }),
  change('pool.snapshot.delete', 'SNAPSHOT_DELETE', removeSnapshot, { since: '25.10' }),
  change('sharing.nfs.delete', 'SHARING_NFS_WRITE', (state, id: number) => deleteRow(state, 'nfsShares', id)),
  change('sharing.smb.delete', 'SHARING_SMB_WRITE', (state, id: number) => deleteRow(state, 'smbShares', id)),
  change('pool.snapshottask.delete', 'SNAPSHOT_TASK_WRITE', (state, id: number) =>
    deleteRow(state, 'snapshotTasks', id),
  ),
  change('replication.delete', 'REPLICATION_TASK_WRITE', (state, id: number) => deleteRow(state, 'replications', id)),
  change('iscsi.target.delete', 'SHARING_ISCSI_TARGET_WRITE', (state, id: number, force, withExtents) =>
    deleteTarget(state, id, force === true, withExtents === true),
  ),
  change('iscsi.extent.delete', 'SHARING_ISCSI_EXTENT_WRITE', (state, id: number, _, force) =>
    deleteExtent(state, id, force === true),
  ),
  change('iscsi.targetextent.delete', 'SHARING_ISCSI_TARGETEXTENT_WRITE', (state, id: number, force) =>
    deleteTargetExtent(state, id, force === true),
  ),
  ...apiKeyChanges,
];

function change(name: string, role: string, run: Change, life: Pick<Partial<Method>, 'since' | 'until'> = {}): Method {
  return {
    name,
    since: 'core-13',
    ...life,
    roles: [role],
    kind: 'call',
    socketOnly: true,
    run: (context: Context, [id, ...options]) => {
      context.replace(run(context.state, id as never, ...options));
      return true;
    },
  };
}

function removeSnapshot(state: NasState, id: string, options: unknown): NasState {
  return deleteSnapshot(state, id, flag(options, 'defer'));
}

function flag(options: unknown, name: string): boolean {
  return (options as Readonly<Record<string, unknown>> | undefined)?.[name] === true;
}
