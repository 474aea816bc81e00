/**
 * An estate: everything both sides hold, as they really hold it, before any release or transport shapes it.
 * Simulators serve it, fixtures build it. Nothing in here knows the judging code, and the truth is written by whoever
 * built the estate, never by a detector (an architecture test enforces both).
 */
export interface Estate {
  readonly name: string;
  /** The estate's own "now", ISO 8601 UTC: simulators answer with this clock, the scan is run with it. */
  readonly now: string;
  readonly clusters: readonly ClusterState[];
  readonly nases: readonly NasState[];
  /** Strandline config without addresses and credentials: the runner adds those of the simulators. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly truth: Truth;
}

export interface ClusterState {
  readonly name: string;
  /** UID of the namespace kube-system. */
  readonly uid: string;
  readonly version: string;
  /** Plain manifests as the API server would return them: apiVersion, kind, metadata (uid, creationTimestamp …), spec, status. */
  readonly objects: readonly KubeObject[];
  /** API groups that are not installed, for example `snapshot.storage.k8s.io`. */
  readonly absentGroups?: readonly string[];
  /** API server's clock minus the estate's. */
  readonly clockSkewMs?: number;
}

export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly creationTimestamp: string;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** `core-13` = TrueNAS CORE 13.0; the others are TrueNAS SCALE / Community releases. */
export type Release = 'core-13' | '22.12' | '24.10' | '25.04' | '25.10' | '26';

export interface NasState {
  readonly name: string;
  readonly release: Release;
  readonly hostId: string;
  readonly hostname: string;
  readonly clockSkewMs?: number;
  readonly pools: readonly PoolState[];
  readonly datasets: readonly DatasetState[];
  readonly snapshots: readonly SnapshotState[];
  readonly nfsShares: readonly NfsShareState[];
  readonly smbShares: readonly SmbShareState[];
  readonly iscsi: IscsiState;
  readonly nvme: NvmeState;
  readonly snapshotTasks: readonly SnapshotTaskState[];
  readonly replications: readonly ReplicationState[];
  readonly alerts: readonly AlertState[];
  readonly services: readonly { readonly service: string; readonly enable: boolean; readonly running: boolean }[];
  readonly nfsClients: readonly { readonly address: string; readonly export: string; readonly version: 3 | 4 }[];
  readonly smbSessions: readonly { readonly share: string; readonly machine: string }[];
  readonly users: readonly NasUserState[];
}

export interface PoolState {
  readonly name: string;
  readonly guid: string;
  readonly status: 'ONLINE' | 'DEGRADED' | 'OFFLINE' | 'FAULTED';
  readonly sizeBytes: number;
  readonly allocatedBytes: number;
  /** `available` of the root dataset. Default: size less allocated. */
  readonly availableBytes?: number;
  readonly fragmentationPercent: number;
  readonly lastScrubAt?: string;
}

/**
 * A dataset with its LOCAL properties only; inheritance is the simulator's business, as it is ZFS's.
 * The pool's root dataset and plain parents are listed too.
 */
export interface DatasetState {
  readonly name: string;
  readonly type: 'FILESYSTEM' | 'VOLUME';
  readonly createdAt: string;
  readonly createTxg: number;
  /** Decimal text, above 2^53 as in life. */
  readonly guid: string;
  /** What this dataset itself holds. `used` and `usedbychildren` of parents are summed by the simulator. */
  readonly dataBytes: number;
  readonly snapshotBytes?: number;
  readonly refreservationExtraBytes?: number;
  readonly logicalBytes?: number;
  readonly quotaBytes?: number;
  readonly refquotaBytes?: number;
  readonly reservationBytes?: number;
  readonly refreservationBytes?: number;
  readonly volsizeBytes?: number;
  readonly volblocksizeBytes?: number;
  readonly recordsizeBytes?: number;
  readonly compression?: string;
  readonly origin?: string;
  readonly encrypted?: boolean;
  readonly locked?: boolean;
  readonly mountpoint?: string;
  /** LOCAL user properties. `received: true` marks all of them RECEIVED (a replica). */
  readonly userProperties?: Readonly<Record<string, string>>;
  readonly received?: boolean;
}

export interface SnapshotState {
  /** `dataset@name` */
  readonly name: string;
  readonly createdAt: string;
  readonly createTxg: number;
  readonly guid: string;
  readonly usedBytes: number;
  readonly referencedBytes: number;
  readonly deferDestroy?: boolean;
  readonly holds?: readonly string[];
  readonly userProperties?: Readonly<Record<string, string>>;
}

export interface NfsShareState {
  readonly id: number;
  readonly path: string;
  readonly comment: string;
  readonly enabled: boolean;
  readonly networks?: readonly string[];
  readonly hosts?: readonly string[];
  readonly readOnly?: boolean;
  readonly maprootUser?: string;
}

export interface SmbShareState {
  readonly id: number;
  readonly name: string;
  readonly path: string;
  readonly comment: string;
  readonly enabled: boolean;
}

export interface IscsiState {
  readonly basename: string;
  readonly portals: readonly {
    readonly id: number;
    readonly ip: string;
    readonly port: number;
    readonly comment: string;
  }[];
  readonly initiators: readonly {
    readonly id: number;
    readonly initiators: readonly string[];
    readonly comment: string;
  }[];
  readonly targets: readonly {
    readonly id: number;
    readonly name: string;
    readonly alias?: string;
    readonly portal: number;
    readonly initiator: number;
    /** Default NONE. */
    readonly authMethod?: 'NONE' | 'CHAP' | 'CHAP_MUTUAL';
    /** `tag` of the entry in `auths`. */
    readonly auth?: number;
  }[];
  readonly auths?: readonly { readonly id: number; readonly tag: number; readonly user: string }[];
  readonly extents: readonly {
    readonly id: number;
    readonly name: string;
    /** Dataset name; the simulator writes `zvol/…` with `+` for spaces. */
    readonly zvol: string;
    readonly comment: string;
    readonly enabled: boolean;
  }[];
  readonly targetExtents: readonly {
    readonly id: number;
    readonly target: number;
    readonly extent: number;
    readonly lun: number;
  }[];
  readonly sessions: readonly { readonly initiator: string; readonly address: string; readonly target: string }[];
}

export interface NvmeState {
  readonly subsystems: readonly { readonly id: number; readonly name: string; readonly nqn: string }[];
  readonly namespaces: readonly {
    readonly id: number;
    readonly nsid: number;
    readonly subsystem: number;
    readonly zvol: string;
    readonly enabled: boolean;
  }[];
  readonly ports: readonly {
    readonly id: number;
    readonly address: string;
    readonly port: number;
    readonly subsystems: readonly number[];
  }[];
  readonly sessions: readonly { readonly host: string; readonly subsystem: string }[];
}

export interface SnapshotTaskState {
  readonly id: number;
  readonly dataset: string;
  readonly recursive: boolean;
  readonly exclude?: readonly string[];
  readonly namingSchema: string;
  readonly lifetimeValue: number;
  readonly lifetimeUnit: 'HOUR' | 'DAY' | 'WEEK' | 'MONTH' | 'YEAR';
  readonly enabled: boolean;
}

export interface ReplicationState {
  readonly id: number;
  readonly name: string;
  readonly direction: 'PUSH' | 'PULL';
  readonly sourceDatasets: readonly string[];
  readonly targetDataset: string;
  readonly recursive: boolean;
  readonly namingSchemas: readonly string[];
  readonly nameRegex?: string;
  readonly enabled: boolean;
}

export interface AlertState {
  readonly id: string;
  readonly klass: string;
  readonly level: 'INFO' | 'NOTICE' | 'WARNING' | 'ERROR' | 'CRITICAL';
  readonly text: string;
  readonly at: string;
  readonly dismissed: boolean;
}

export interface NasKeyState {
  /** `21-…` */
  readonly key: string;
  readonly name: string;
  readonly createdAt: string;
  readonly expiresAt?: string;
}

export interface NasUserState {
  readonly username: string;
  readonly password?: string;
  /** `17-…` */
  readonly apiKey?: string;
  readonly apiKeyExpiresAt?: string;
  /** Further keys, each with a name of its own. */
  readonly moreKeys?: readonly NasKeyState[];
  readonly roles: readonly string[];
}

/** What a perfect scanner would say of the estate. Written with the estate, by hand or by its builder. */
export interface Truth {
  readonly findings: readonly TruthFinding[];
  /** Differences by release, each with its reason: findings that a release cannot tell, or tells otherwise. */
  readonly byRelease?: Readonly<
    Partial<
      Record<
        Release,
        { readonly because: string; readonly missing?: readonly string[]; readonly changed?: readonly TruthFinding[] }
      >
    >
  >;
}

export interface TruthFinding {
  readonly check: string;
  /** `cluster/prod` or `nas/nas01` */
  readonly source: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly severity?: string;
  readonly confidence?: string;
  readonly reclaimableBytes?: number;
}
