import type { Collected } from './collected.ts';

/**
 * The TrueNAS side as the collectors hand it on, the same shapes for every release and transport.
 * Bytes are integers from `rawvalue`/`parsed`, never from `value`. Unknown is `undefined`, never 0; "none" (a quota that
 * is not set) is `null` where the difference matters.
 */
export interface NasInventory {
  /** The name in our config. */
  readonly name: string;
  /** system.host_id; undefined where the release has none or it could not be read. */
  readonly hostId?: string;
  /** As the system names itself, for example `TrueNAS-13.0-U6.1`, `25.10.1`. */
  readonly version?: string;
  /** `13.0`, `22.12`, `24.10`, `25.04`, `25.10`, `26.0`: major.minor, for per-release handling. */
  readonly release?: string;
  readonly transport?: 'jsonrpc' | 'rest';
  /** The NAS's clock minus ours. Milliseconds. */
  readonly clockSkewMs?: number;
  /** Host names and addresses under which volumes name this NAS (config host and aliases). */
  readonly addresses: readonly string[];
  readonly sections: NasSections;
}

export interface NasSections {
  readonly system: Collected<NasSystem>;
  readonly pools: Collected<Pool>;
  readonly datasets: Collected<Dataset>;
  readonly snapshots: Collected<ZfsSnapshot>;
  readonly nfsShares: Collected<NfsShare>;
  readonly smbShares: Collected<SmbShare>;
  readonly iscsiTargets: Collected<IscsiTarget>;
  readonly iscsiExtents: Collected<IscsiExtent>;
  readonly iscsiTargetExtents: Collected<IscsiTargetExtent>;
  readonly iscsiPortals: Collected<IscsiPortal>;
  readonly iscsiInitiators: Collected<IscsiInitiator>;
  readonly iscsiGlobal: Collected<IscsiGlobal>;
  readonly nvmeSubsystems: Collected<NvmeSubsystem>;
  readonly nvmeNamespaces: Collected<NvmeNamespace>;
  readonly nvmePorts: Collected<NvmePort>;
  readonly snapshotTasks: Collected<SnapshotTask>;
  readonly replications: Collected<Replication>;
  readonly alerts: Collected<NasAlert>;
  readonly services: Collected<NasService>;
  /** Live iSCSI, NFS, SMB and NVMe-oF clients; one section per protocol, for their rights differ. */
  readonly iscsiSessions: Collected<Session>;
  readonly nfsClients: Collected<Session>;
  readonly smbSessions: Collected<Session>;
  readonly nvmeSessions: Collected<Session>;
  readonly account: Collected<NasAccount>;
  readonly apiKeys: Collected<NasApiKey>;
}

export type NasSectionName = keyof NasSections;

export interface NasSystem {
  readonly version: string;
  readonly hostname?: string;
  readonly timezone?: string;
  readonly uptimeSeconds?: number;
}

export interface Pool {
  readonly name: string;
  /** Decimal text: above 2^53. */
  readonly guid: string;
  readonly status: string;
  readonly healthy: boolean;
  /** Raw sizes (parity included); undefined on CORE and for an exported or offline pool. */
  readonly sizeBytes?: number;
  readonly allocatedBytes?: number;
  readonly freeBytes?: number;
  readonly fragmentationPercent?: number;
  readonly statusDetail?: string;
  /** What holds the data, without log, cache and special devices; undefined where the pool shows no topology. */
  readonly dataVdevs?: readonly { readonly type: string; readonly disks: number }[];
  readonly lastScrub?: { readonly finishedAt?: string; readonly state: string; readonly errors?: number };
}

export interface UserProperty {
  readonly value: string;
  /** `UNKNOWN` where the release reports LOCAL for everything (25.10 and later) or gives no source at all. */
  readonly source: 'LOCAL' | 'INHERITED' | 'RECEIVED' | 'UNKNOWN';
}

export interface Dataset {
  /** Full name, `tank/k8s/vols/pvc-…`. */
  readonly name: string;
  readonly pool: string;
  readonly type: 'FILESYSTEM' | 'VOLUME';
  /** Decimal text; only where the release gives it. */
  readonly guid?: string;
  readonly createTxg?: string;
  readonly createdAt?: string;
  readonly mountpoint?: string;
  readonly encrypted?: boolean;
  readonly locked: boolean;
  /** Full snapshot name this dataset was cloned from. */
  readonly origin?: string;
  /** Only prefixes that some stage reads: `democratic-csi:`, `strandline:`, `org.freenas:description`. */
  readonly userProperties: Readonly<Record<string, UserProperty>>;
  /** False when user properties could not be read for this dataset: their absence then proves nothing. */
  readonly userPropertiesRead: boolean;
  readonly usedBytes?: number;
  readonly availableBytes?: number;
  readonly usedByDatasetBytes?: number;
  readonly usedBySnapshotsBytes?: number;
  readonly usedByChildrenBytes?: number;
  readonly usedByRefreservationBytes?: number;
  readonly referencedBytes?: number;
  readonly logicalUsedBytes?: number;
  /** null = none set. */
  readonly quotaBytes?: number | null;
  readonly refquotaBytes?: number | null;
  readonly reservationBytes?: number | null;
  readonly refreservationBytes?: number | null;
  readonly volsizeBytes?: number;
  readonly volblocksizeBytes?: number;
  readonly recordsizeBytes?: number;
  readonly compression?: string;
  readonly compressRatio?: number;
  readonly deduplication?: string;
  readonly readonly?: boolean;
}

export interface ZfsSnapshot {
  /** `dataset@name` */
  readonly name: string;
  readonly dataset: string;
  /** The part after @. */
  readonly snapshotName: string;
  readonly createTxg?: string;
  readonly guid?: string;
  readonly createdAt?: string;
  readonly usedBytes?: number;
  readonly referencedBytes?: number;
  /** undefined where the release does not tell (26). */
  readonly deferDestroy?: boolean;
  /** Hold tags, or only their number (userrefs). */
  readonly holds?: readonly string[];
  readonly holdCount?: number;
  readonly userProperties: Readonly<Record<string, UserProperty>>;
  readonly userPropertiesRead: boolean;
}

export interface NfsShare {
  readonly id: number;
  readonly paths: readonly string[];
  readonly comment: string;
  readonly enabled: boolean;
  readonly locked?: boolean;
  readonly networks: readonly string[];
  readonly hosts: readonly string[];
  readonly isReadOnly?: boolean;
  readonly maprootUser?: string;
  readonly mapallUser?: string;
}

export interface SmbShare {
  readonly id: number;
  readonly name: string;
  /** undefined when the share has no local path (`EXTERNAL`). */
  readonly path?: string;
  readonly comment: string;
  readonly enabled: boolean;
  readonly locked?: boolean;
  /** Whether guests come in without a password; undefined where the release or the purpose of the share has no guests. */
  readonly admitsGuests?: boolean;
  /** Empty = any host. */
  readonly allowedHosts?: readonly string[];
  readonly deniedHosts?: readonly string[];
}

export interface IscsiTarget {
  readonly id: number;
  /** Short name, or a full IQN. */
  readonly name: string;
  readonly alias?: string;
  readonly groups: readonly {
    readonly portal?: number;
    readonly initiator?: number;
    readonly authMethod?: string;
    readonly auth?: number;
  }[];
}

export interface IscsiExtent {
  readonly id: number;
  readonly name: string;
  readonly type: 'DISK' | 'FILE';
  /** Dataset name of the zvol (`zvol/` removed, `+` read back as space); undefined for FILE extents. */
  readonly zvol?: string;
  readonly path?: string;
  readonly comment: string;
  readonly enabled: boolean;
  readonly locked?: boolean;
}

export interface IscsiTargetExtent {
  readonly id: number;
  readonly target: number;
  readonly extent: number;
  readonly lun?: number;
}

export interface IscsiPortal {
  readonly id: number;
  readonly comment: string;
  readonly listen: readonly { readonly ip: string; readonly port?: number }[];
}

export interface IscsiInitiator {
  readonly id: number;
  /** Empty = any initiator. */
  readonly initiators: readonly string[];
  readonly comment: string;
}

export interface IscsiGlobal {
  readonly basename: string;
  readonly listenPort?: number;
}

export interface NvmeSubsystem {
  readonly id: number;
  readonly name: string;
  readonly nqn?: string;
  readonly allowAnyHost?: boolean;
}

export interface NvmeNamespace {
  readonly id: number;
  readonly nsid?: number;
  readonly subsystem: number;
  readonly deviceType: string;
  readonly zvol?: string;
  readonly path?: string;
  readonly enabled: boolean;
  readonly locked?: boolean;
}

export interface NvmePort {
  readonly id: number;
  readonly transport: string;
  readonly address: string;
  readonly port?: string;
  readonly subsystems: readonly number[];
}

export interface SnapshotTask {
  readonly id: number;
  readonly dataset: string;
  readonly recursive: boolean;
  readonly exclude: readonly string[];
  readonly namingSchema: string;
  readonly lifetimeValue?: number;
  readonly lifetimeUnit?: string;
  readonly enabled: boolean;
}

export interface Replication {
  readonly id: number;
  readonly name: string;
  readonly direction: string;
  readonly transport: string;
  readonly sourceDatasets: readonly string[];
  readonly targetDataset: string;
  readonly recursive: boolean;
  readonly namingSchemas: readonly string[];
  readonly nameRegex?: string;
  readonly enabled: boolean;
  readonly state?: string;
}

export interface NasAlert {
  readonly id: string;
  readonly klass: string;
  readonly level: string;
  readonly text: string;
  readonly at?: string;
  readonly dismissed: boolean;
}

export interface NasService {
  readonly name: string;
  readonly isEnabled: boolean;
  readonly isRunning: boolean;
}

/** Somebody who is connected now. */
export interface Session {
  readonly protocol: 'iscsi' | 'nfs' | 'smb' | 'nvmeof';
  readonly client: string;
  /** iSCSI: target name or IQN. NFS: exported path, where known. SMB: share name. NVMe-oF: subsystem name or NQN. */
  readonly object?: string;
}

export interface NasAccount {
  readonly username?: string;
  readonly roles: readonly string[];
  /** True for FULL_ADMIN, or for keys of releases that know no roles. */
  readonly isFullAdmin?: boolean;
  /** Roles that our calls on this release ask for and it does not hold; undefined when its roles are not known. */
  readonly missingRoles?: readonly string[];
}

export interface NasApiKey {
  readonly id: number;
  readonly name: string;
  readonly username?: string;
  readonly createdAt?: string;
  readonly expiresAt?: string;
  readonly isRevoked?: boolean;
}
