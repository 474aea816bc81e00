import type { Backend } from './backend.ts';
import type { Lookup } from './collected.ts';
import type { PersistentVolume, Pod, VolumeSnapshotContent } from './kubernetes.ts';
import type { Dataset, ZfsSnapshot } from './truenas.ts';

/**
 * What correlate/ found out about who owns what. Every statement that something is *not* there is a `Lookup`, so that a
 * detector cannot mistake an unread list for an empty one.
 */
export interface Links {
  readonly backends: readonly Backend[];
  readonly volumes: readonly VolumeLink[];
  readonly datasets: readonly DatasetLink[];
  readonly snapshots: readonly SnapshotLink[];
  readonly contents: readonly ContentLink[];
  readonly shares: readonly ShareLink[];
  /** Parents that hold CSI-made datasets and that no backend covers. */
  readonly unclaimedParents: readonly UnclaimedParent[];
}

export interface DatasetRef {
  readonly nas: string;
  readonly dataset: Dataset;
}

/** A PersistentVolume of a driver we know, and what it stands on. */
export interface VolumeLink {
  readonly cluster: string;
  readonly volume: PersistentVolume;
  readonly backend?: Backend;
  /** Set when the volume cannot be judged at all: its NAS is not configured, its driver is out of reach (zfs-generic …). */
  readonly outOfReach?: string;
  /**
   * Why, for programs. `otherServer`: it names a server that config does not; `notFound`: it should be on one of ours and
   * was not seen there, so a scan that passes over it is not complete.
   */
  readonly reach?: 'static' | 'outside' | 'otherServer' | 'notFound';
  /** `by` says how it was found: the expected name, csi_volume_name, the share's path, the extent. */
  readonly backing: Lookup<DatasetRef & { readonly by: 'name' | 'csiName' | 'sharePath' | 'extent' }>;
  /** The share, target+extent or namespace that serves it; only asked when the dataset was found. */
  readonly share: Lookup<ShareRef>;
  readonly mountedBy: Lookup<readonly Pod[]>;
}

export interface ShareRef {
  readonly nas: string;
  readonly kind: ShareKind;
  readonly id: number;
  readonly name: string;
}

export type ShareKind =
  | 'NfsShare'
  | 'SmbShare'
  | 'IscsiTarget'
  | 'IscsiExtent'
  | 'IscsiTargetExtent'
  | 'NvmeNamespace'
  | 'NvmeSubsystem';

/** Why a dataset or share is in use, in the words of the source that showed it. */
export interface Use {
  readonly kind:
    | 'persistentVolume'
    | 'claim'
    | 'staticVolume'
    | 'inlineVolume'
    | 'session'
    | 'content'
    | 'replicationTarget'
    | 'clone';
  readonly name: string;
  readonly from: string;
}

/** A dataset that stands below a backend's parent, or that carries a CSI driver's proof. */
export interface DatasetLink {
  readonly nas: string;
  readonly dataset: Dataset;
  readonly backend?: Backend;
  readonly role:
    | 'volume'
    | 'incomplete' // made by democratic-csi, never finished
    | 'detachedSnapshot'
    | 'detachedContainer'
    | 'child' // deeper than one level below the parent: made by users or apps inside a volume
    | 'replica' // below a replication's target
    | 'foreign'; // below a parent, without any proof
  /** What shows that a CSI driver made it, strongest first; empty for `foreign`. */
  readonly proofs: readonly Proof[];
  /** Name that CSI gave it: csi_volume_name, else the last part of the dataset name. */
  readonly csiName: string;
  /** UID of the claim it was made for, when the name carries one. */
  readonly claimUid?: string;
  /** Everything that refers to it on either side. `absent` = every list was read and nothing does. */
  readonly uses: Lookup<readonly Use[]>;
  /** Snapshots of it that datasets were cloned from. */
  readonly cloneOrigins: readonly string[];
  /** Datasets cloned from its snapshots. */
  readonly clones: readonly string[];
  /** Datasets directly below it. */
  readonly children: readonly string[];
  /** VolumeSnapshotContents that refer to a snapshot of it, as `cluster/name`. */
  readonly contents: readonly string[];
  readonly snapshots: Lookup<readonly ZfsSnapshot[]>;
  readonly shares: Lookup<readonly ShareRef[]>;
}

export interface Proof {
  readonly kind: 'instanceId' | 'shareComment' | 'csiProperty' | 'targetName' | 'namePattern';
  readonly value: string;
  /** Driver name that the proof itself carries (NFS share comment of democratic-csi). */
  readonly driver?: string;
}

export type SnapshotOrigin =
  | 'csi'
  | 'temporary' // volume-source-for-*, csi-clone-*
  | 'velero'
  | 'volsync'
  | 'periodicTask'
  | 'replication'
  | 'sanoid'
  | 'zrepl'
  | 'pyznap'
  | 'zfsAutoSnapshot'
  | 'system'
  | 'manual';

export interface SnapshotLink {
  readonly nas: string;
  readonly snapshot: ZfsSnapshot;
  readonly origin: SnapshotOrigin;
  readonly backend?: Backend;
  /** VolumeSnapshot UID that the name carries. */
  readonly snapshotUid?: string;
  /** VolumeSnapshotContents (and VolumeSnapshots, by UID) that refer to it, on any cluster. */
  readonly uses: Lookup<readonly Use[]>;
  readonly clones: readonly string[];
}

export interface ContentLink {
  readonly cluster: string;
  readonly content: VolumeSnapshotContent;
  readonly backend?: Backend;
  readonly outOfReach?: string;
  /** The ZFS snapshot or the detached dataset. */
  readonly backing: Lookup<{ readonly nas: string; readonly name: string; readonly kind: 'snapshot' | 'dataset' }>;
}

/** A share, target, extent or namespace that a CSI driver made, or that serves a CSI dataset. */
export interface ShareLink {
  readonly nas: string;
  readonly ref: ShareRef;
  readonly backend?: Backend;
  readonly proofs: readonly Proof[];
  /** Dataset that its path, disk or links point at; `value` when it exists. */
  readonly target: Lookup<DatasetRef>;
  /** Name the dataset must have; absent where a link rather than a dataset is missing. */
  readonly expectedDataset?: string;
  /** Target and association that belong to an extent, in words: they go with it. */
  readonly partners: readonly string[];
  /** Where it points, as text: path, zvol name, or the missing link. */
  readonly pointsAt: string;
  readonly isEnabled: boolean;
  readonly isLocked?: boolean;
  readonly uses: Lookup<readonly Use[]>;
}

export interface UnclaimedParent {
  readonly nas: string;
  readonly parent: string;
  readonly volumes: number;
  readonly usedBytes?: number;
  readonly proofs: readonly Proof[];
}
