/** The smallest role that allows a method (facts of the roles tables of 25.04 to 26). */
export function roleFor(method: string): string {
  return roles[method] ?? roles[method.split('.').slice(0, 2).join('.')] ?? 'READONLY_ADMIN';
}

/** Roles that our calls ask for and an account with these roles does not hold. `withNvme`: the release has NVMe-oF. */
export function missingRoles(held: readonly string[], withNvme: boolean): readonly string[] {
  const needed = [...new Set(Object.values(roles))].filter((role) => withNvme || role !== nvmeRole);
  return needed.filter((role) => role !== optionalRole && !held.some((own) => holds(own, role))).sort();
}

const nvmeRole = 'SHARING_NVME_TARGET_READ';
/** Only gives identities that survive renames, where the release has them. */
const optionalRole = 'ZFS_RESOURCE_READ';

function holds(held: string, wanted: string): boolean {
  if (held === wanted || held === 'FULL_ADMIN' || held === 'READONLY_ADMIN') return true;
  if (held === 'SHARING_READ' || held === 'SHARING_ADMIN') return wanted.startsWith('SHARING_');
  return held === wanted.replace(/_READ$/, '_WRITE');
}

const roles: Readonly<Record<string, string>> = {
  'pool.query': 'POOL_READ',
  'pool.dataset': 'DATASET_READ',
  'pool.snapshot': 'SNAPSHOT_READ',
  'zfs.snapshot': 'SNAPSHOT_READ',
  'zfs.resource.snapshot.query': 'SNAPSHOT_READ',
  'zfs.resource': 'ZFS_RESOURCE_READ',
  'sharing.nfs': 'SHARING_NFS_READ',
  'sharing.smb': 'SHARING_SMB_READ',
  'smb.status': 'SHARING_SMB_READ',
  'iscsi.target': 'SHARING_ISCSI_TARGET_READ',
  'iscsi.extent': 'SHARING_ISCSI_EXTENT_READ',
  'iscsi.targetextent': 'SHARING_ISCSI_TARGETEXTENT_READ',
  'iscsi.portal': 'SHARING_ISCSI_PORTAL_READ',
  'iscsi.initiator': 'SHARING_ISCSI_INITIATOR_READ',
  'iscsi.global': 'SHARING_ISCSI_GLOBAL_READ',
  'nvmet.subsys': 'SHARING_NVME_TARGET_READ',
  'nvmet.namespace': 'SHARING_NVME_TARGET_READ',
  'nvmet.port': 'SHARING_NVME_TARGET_READ',
  'nvmet.port_subsys': 'SHARING_NVME_TARGET_READ',
  'nvmet.global': 'SHARING_NVME_TARGET_READ',
  'pool.snapshottask': 'SNAPSHOT_TASK_READ',
  'replication.query': 'REPLICATION_TASK_READ',
  'alert.list': 'ALERT_LIST_READ',
  'service.query': 'SERVICE_READ',
};
