import type { Release } from '../estate.ts';
import { accountRow, apiKeyRows } from './accounts.ts';
import type { Context } from './context.ts';
import { queryDatasets, queryUserprops } from './datasets.ts';
import { Failure } from './failure.ts';
import {
  authRows,
  extentRows,
  initiatorRows,
  iscsiConfig,
  iscsiSessionRows,
  portalRows,
  targetExtentRows,
  targetRows,
} from './iscsi.ts';
import {
  hostRows,
  hostSubsystemRows,
  namespaceRows,
  nvmeConfig,
  nvmeSessionRows,
  portRows,
  portSubsystemRows,
  subsystemRows,
} from './nvme.ts';
import { poolRows, scrubRows } from './pools.ts';
import { type Filter, filterList, type QueryOptions, type Row } from './query.ts';
import { isSince, versionsOf } from './release.ts';
import { countResourceSnapshots, queryResourceSnapshots, queryResources } from './resources.ts';
import { nfsRows, smbRows } from './shares.ts';
import { querySnapshots } from './snapshots.ts';
import { alertRows, nfs3Rows, nfs4Rows, productType, serviceRows, smbStatus, systemInfo } from './system.ts';
import { replicationRows, snapshotTaskRows } from './tasks.ts';

export interface Method {
  readonly name: string;
  /** First release that has it. */
  readonly since: Release;
  /** First release that has it no more. */
  readonly until?: Release;
  /** One of these is needed; none: a login is enough. */
  readonly roles: readonly string[];
  /** `query`: called with filters and options. `call`: with its own parameters. */
  readonly kind: 'query' | 'call';
  /** Not offered over REST. */
  readonly socketOnly?: boolean;
  /** Over REST it takes a body: POST. */
  readonly post?: boolean;
  run(context: Context, params: readonly unknown[]): unknown;
}

/** Does this release have the method? */
export function isOffered(method: Method, release: Release): boolean {
  return isSince(release, method.since) && (method.until === undefined || !isSince(release, method.until));
}

type Rows = (context: Context, extra: Row) => readonly Row[];
type Query = (context: Context, filters: readonly Filter[], options: QueryOptions) => unknown;
type Life = Partial<Pick<Method, 'since' | 'until' | 'socketOnly'>>;

function query(name: string, role: string | readonly string[], run: Query, life: Life = {}): Method {
  return {
    name,
    since: 'core-13',
    ...life,
    roles: typeof role === 'string' ? [role] : role,
    kind: 'query',
    run: (context, [filters = [], options = {}]) => {
      if (!Array.isArray(filters)) throw new Failure('validation', 'Input should be a valid list', 'filters');
      if (options === null || typeof options !== 'object') {
        throw new Failure('validation', 'Input should be a valid dictionary', 'options');
      }
      return run(context, filters, options);
    },
  };
}

function list(name: string, role: string | readonly string[], rows: Rows, life: Life = {}): Method {
  const run: Query = (context, filters, options) => filterList(rows(context, options.extra ?? {}), filters, options);
  return query(name, role, run, life);
}

function call(
  name: string,
  roles: readonly string[],
  run: Method['run'],
  life: Life & Partial<Pick<Method, 'post'>> = {},
): Method {
  return { name, since: 'core-13', ...life, roles, kind: 'call', run };
}

const readOnly = ['READONLY_ADMIN'];
const nvme = 'SHARING_NVME_TARGET_READ';
const goldeye = { since: '25.10' } as const;

export const methods: readonly Method[] = [
  call('core.ping', [], () => 'pong'),
  call('system.info', readOnly, systemInfo),
  call('system.version', [], ({ release }) => versionsOf(release).version),
  call('system.version_short', [], ({ release }) => versionsOf(release).short, { since: '22.12' }),
  call('system.host_id', readOnly, ({ state }) => state.hostId, { since: '25.04' }),
  call('system.product_type', [], productType),
  call('auth.me', [], ({ user, release }) => accountRow(someUser(user), { release }, user?.apiKey !== undefined), {
    since: '22.12',
    socketOnly: true,
  }),
  list('pool.query', 'POOL_READ', poolRows),
  list('pool.scrub.query', 'POOL_SCRUB_READ', scrubRows),
  query('pool.dataset.query', 'DATASET_READ', queryDatasets),
  query('pool.dataset.userprop.query', 'DATASET_READ', queryUserprops, { until: '22.12' }),
  query('zfs.snapshot.query', 'SNAPSHOT_READ', querySnapshots, { until: '25.10' }),
  query('pool.snapshot.query', 'SNAPSHOT_READ', querySnapshots, goldeye),
  call('zfs.resource.query', ['ZFS_RESOURCE_READ'], one(queryResources), goldeye),
  call('zfs.resource.snapshot.query', ['SNAPSHOT_READ'], one(queryResourceSnapshots), { since: '26' }),
  call('zfs.resource.snapshot.count', ['SNAPSHOT_READ'], one(countResourceSnapshots), { since: '26' }),
  list('pool.snapshottask.query', 'SNAPSHOT_TASK_READ', snapshotTaskRows),
  list('replication.query', 'REPLICATION_TASK_READ', replicationRows),
  list('sharing.nfs.query', 'SHARING_NFS_READ', nfsRows),
  list('sharing.smb.query', 'SHARING_SMB_READ', smbRows),
  list('iscsi.target.query', 'SHARING_ISCSI_TARGET_READ', targetRows),
  list('iscsi.extent.query', 'SHARING_ISCSI_EXTENT_READ', extentRows),
  list('iscsi.targetextent.query', 'SHARING_ISCSI_TARGETEXTENT_READ', targetExtentRows),
  list('iscsi.portal.query', 'SHARING_ISCSI_PORTAL_READ', portalRows),
  list('iscsi.initiator.query', 'SHARING_ISCSI_INITIATOR_READ', initiatorRows),
  list('iscsi.auth.query', 'SHARING_ISCSI_AUTH_READ', authRows),
  call('iscsi.global.config', ['SHARING_ISCSI_GLOBAL_READ'], iscsiConfig),
  list('iscsi.global.sessions', 'SHARING_ISCSI_GLOBAL_READ', iscsiSessionRows),
  list('nvmet.subsys.query', nvme, subsystemRows, goldeye),
  list('nvmet.namespace.query', nvme, namespaceRows, goldeye),
  list('nvmet.port.query', nvme, portRows, goldeye),
  list('nvmet.port_subsys.query', nvme, portSubsystemRows, goldeye),
  list('nvmet.host.query', nvme, hostRows, goldeye),
  list('nvmet.host_subsys.query', nvme, hostSubsystemRows, goldeye),
  call('nvmet.global.config', [nvme], nvmeConfig, goldeye),
  list('nvmet.global.sessions', nvme, nvmeSessionRows, goldeye),
  call('alert.list', ['ALERT_LIST_READ'], alertRows),
  list('service.query', 'SERVICE_READ', serviceRows),
  list('nfs.get_nfs3_clients', ['READONLY_ADMIN', 'SHARING_NFS_WRITE'], nfs3Rows, { since: '22.12' }),
  list('nfs.get_nfs4_clients', ['READONLY_ADMIN', 'SHARING_NFS_WRITE'], nfs4Rows, { since: '22.12' }),
  call('smb.status', ['SHARING_SMB_READ'], runSmbStatus, { post: true }),
  list('api_key.query', 'API_KEY_READ', (context) => apiKeyRows(context)),
  call('api_key.my_keys', [], (context) => apiKeyRows(context, context.user?.username), { since: '25.04' }),
];

function one(run: (context: Context, argument: Row) => unknown): Method['run'] {
  return (context, [argument = {}]) => run(context, argument as Row);
}

function someUser(user: Context['user']): NonNullable<Context['user']> {
  if (user === undefined) throw new Failure('notAuthenticated', '[ENOTAUTHENTICATED] Not authenticated');
  return user;
}

function runSmbStatus(context: Context, [level = 'ALL', filters = [], options = {}]: readonly unknown[]): unknown {
  return filterList(smbStatus(context, String(level)), filters as readonly Filter[], options as QueryOptions);
}
