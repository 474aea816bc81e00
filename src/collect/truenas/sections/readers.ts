import type { Collected } from '../../../model/collected.ts';
import type { NasSectionName, NasSections } from '../../../model/truenas.ts';
import type { SectionAnswer } from '../../section.ts';
import { readAccount, readApiKeys } from './account.ts';
import { readAlerts, readServices } from './alerts.ts';
import type { NasContext } from './context.ts';
import { readDatasets } from './datasets.ts';
import {
  readIscsiExtents,
  readIscsiGlobal,
  readIscsiInitiators,
  readIscsiPortals,
  readIscsiTargetExtents,
  readIscsiTargets,
} from './iscsi.ts';
import { readNfsShares } from './nfs-shares.ts';
import { readNvmeNamespaces, readNvmePorts, readNvmeSubsystems } from './nvme.ts';
import { readPools } from './pools.ts';
import { readIscsiSessions, readNfsClients, readNvmeSessions, readSmbSessions } from './sessions.ts';
import { readSmbShares } from './smb-shares.ts';
import { readSnapshots } from './snapshots.ts';
import { readReplications, readSnapshotTasks } from './tasks.ts';

type ItemOf<K extends NasSectionName> = NasSections[K] extends Collected<infer T> ? T : never;

export type Readers = {
  readonly [K in NasSectionName]: (context: NasContext) => Promise<SectionAnswer<ItemOf<K>>>;
};

/** Who reads which list. `system` is apart, for it also tells the clock. The order is the order of asking: long lists first. */
export const readers: Omit<Readers, 'system'> = {
  snapshots: readSnapshots,
  datasets: readDatasets,
  pools: readPools,
  nfsShares: readNfsShares,
  smbShares: readSmbShares,
  iscsiTargets: readIscsiTargets,
  iscsiExtents: readIscsiExtents,
  iscsiTargetExtents: readIscsiTargetExtents,
  iscsiPortals: readIscsiPortals,
  iscsiInitiators: readIscsiInitiators,
  iscsiGlobal: readIscsiGlobal,
  nvmeSubsystems: readNvmeSubsystems,
  nvmeNamespaces: readNvmeNamespaces,
  nvmePorts: readNvmePorts,
  snapshotTasks: readSnapshotTasks,
  replications: readReplications,
  alerts: readAlerts,
  services: readServices,
  iscsiSessions: readIscsiSessions,
  nfsClients: readNfsClients,
  smbSessions: readSmbSessions,
  nvmeSessions: readNvmeSessions,
  account: readAccount,
  apiKeys: readApiKeys,
};
