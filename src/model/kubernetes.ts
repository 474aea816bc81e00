import type { Collected } from './collected.ts';

/**
 * The Kubernetes side as the collectors hand it on: only the fields that some later stage reads.
 * `…At` are ISO 8601 UTC strings as the API server gave them. Bytes are integers; unreadable is `undefined`, never 0.
 */
export interface ClusterInventory {
  /** The name in our config (or the kubeconfig context). */
  readonly name: string;
  /** UID of the namespace kube-system: the cluster's identity. Undefined when it could not be read. */
  readonly uid?: string;
  readonly version?: string;
  /** API server's clock minus ours, from the HTTP Date header. Milliseconds; undefined when no header came. */
  readonly clockSkewMs?: number;
  /** Set when the account may only list in some namespaces. */
  readonly namespacesOnly?: readonly string[];
  /** What drivers were told, out of their own Secrets; absent unless config has them read. */
  readonly driverConfigs?: readonly DriverConfig[];
  /** How the kubeconfig has made the connection weaker than the default. */
  readonly weakTls?: readonly string[];
  readonly sections: ClusterSections;
}

/** What one driver of democratic-csi was told. Its credentials are never kept. */
export interface DriverConfig {
  /** CSI driver name. */
  readonly driver: string;
  readonly protocol: 'nfs' | 'smb' | 'iscsi' | 'nvmeof';
  /** Addresses of the NAS: of its API and of its shares. */
  readonly hosts: readonly string[];
  readonly parent: string;
  readonly detachedParent?: string;
  readonly instanceId?: string;
}

export interface ClusterSections {
  readonly persistentVolumes: Collected<PersistentVolume>;
  readonly claims: Collected<Claim>;
  readonly storageClasses: Collected<StorageClass>;
  readonly volumeSnapshots: Collected<VolumeSnapshot>;
  readonly volumeSnapshotContents: Collected<VolumeSnapshotContent>;
  readonly volumeSnapshotClasses: Collected<VolumeSnapshotClass>;
  readonly volumeAttachments: Collected<VolumeAttachment>;
  readonly csiDrivers: Collected<CsiDriver>;
  readonly csiNodes: Collected<CsiNode>;
  readonly nodes: Collected<KubeNode>;
  readonly namespaces: Collected<Namespace>;
  readonly pods: Collected<Pod>;
  /** Deployments, StatefulSets, DaemonSets, ReplicaSets, Jobs, CronJobs, KubeVirt VMs: whatever can name a claim. */
  readonly workloads: Collected<Workload>;
  /** Events of claims and volumes (field selector), newest per object and reason. */
  readonly events: Collected<KubeEvent>;
  /** Backup tools seen by their CRDs or namespaces (Velero, VolSync, Kasten …). */
  readonly backupTools: Collected<BackupTool>;
  /** Who leads, outside of kube-node-lease. */
  readonly leases: Collected<KubeLease>;
  /** What our own account may do. */
  readonly access: Collected<AccessReview>;
}

export type ClusterSectionName = keyof ClusterSections;

export interface ObjectMeta {
  readonly name: string;
  readonly uid: string;
  readonly createdAt?: string;
  /** metadata.deletionTimestamp */
  readonly deletingSince?: string;
  /** All labels, as given. */
  readonly labels: Readonly<Record<string, string>>;
  readonly finalizers: readonly string[];
  /** `strandline.io/ignore` and `strandline.io/ignore-until`, annotation or label. */
  readonly ignore?: IgnoreMark;
}

export interface IgnoreMark {
  readonly reason: string;
  /** ISO date or time, as written by the user. */
  readonly until?: string;
  readonly owner?: string;
}

export interface PersistentVolume extends ObjectMeta {
  readonly phase: string;
  /** status.lastPhaseTransitionTime; absent before Kubernetes 1.28. */
  readonly phaseSince?: string;
  readonly statusMessage?: string;
  readonly reclaimPolicy: string;
  readonly storageClass?: string;
  readonly capacityBytes?: number;
  readonly accessModes: readonly string[];
  readonly volumeMode?: string;
  readonly mountOptions: readonly string[];
  readonly claim?: { readonly namespace: string; readonly name: string; readonly uid?: string };
  /** Annotation pv.kubernetes.io/provisioned-by; absent on static volumes. */
  readonly provisionedBy?: string;
  readonly csi?: {
    readonly driver: string;
    readonly handle: string;
    readonly fsType?: string;
    /** volumeAttributes without the keys that may hold secrets. */
    readonly attributes: Readonly<Record<string, string>>;
  };
  readonly nfs?: { readonly server: string; readonly path: string };
  readonly iscsi?: { readonly portals: readonly string[]; readonly iqn: string; readonly lun?: number };
  /** Names of attributes that held a secret in clear text; the values were dropped at once. */
  readonly plaintextSecretKeys: readonly string[];
}

export interface Claim extends ObjectMeta {
  readonly namespace: string;
  readonly phase: string;
  readonly volumeName?: string;
  readonly storageClass?: string;
  readonly requestedBytes?: number;
  readonly capacityBytes?: number;
  readonly accessModes: readonly string[];
  readonly volumeMode?: string;
  readonly dataSource?: { readonly kind: string; readonly name: string; readonly namespace?: string };
  /** volume.kubernetes.io/storage-provisioner (or its beta form). */
  readonly provisioner?: string;
  readonly selectedNode?: string;
  readonly conditions: readonly { readonly type: string; readonly message?: string; readonly since?: string }[];
  readonly resizeStatus?: string;
  readonly ownerRefs: readonly OwnerRef[];
  /** `strandline.io/snapshot-retention`, a duration such as 30d. */
  readonly snapshotRetention?: string;
}

export interface OwnerRef {
  readonly kind: string;
  readonly name: string;
  readonly uid?: string;
}

export interface StorageClass extends ObjectMeta {
  readonly provisioner: string;
  readonly reclaimPolicy: string;
  readonly bindingMode: string;
  readonly allowVolumeExpansion: boolean;
  readonly isDefault: boolean;
  readonly mountOptions: readonly string[];
  /** Without values of keys that may hold secrets. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly plaintextSecretKeys: readonly string[];
}

export interface VolumeSnapshot extends ObjectMeta {
  readonly namespace: string;
  readonly snapshotClass?: string;
  readonly sourceClaim?: string;
  readonly sourceContent?: string;
  readonly boundContent?: string;
  readonly readyToUse?: boolean;
  readonly snapshotCreatedAt?: string;
  readonly restoreBytes?: number;
  readonly error?: { readonly message: string; readonly at?: string };
  readonly retention?: string;
}

export interface VolumeSnapshotContent extends ObjectMeta {
  readonly driver: string;
  readonly deletionPolicy: string;
  readonly snapshotClass?: string;
  /** spec.source.volumeHandle: dynamic. */
  readonly sourceVolumeHandle?: string;
  /** spec.source.snapshotHandle: pre-provisioned. */
  readonly sourceSnapshotHandle?: string;
  /** status.snapshotHandle */
  readonly snapshotHandle?: string;
  readonly snapshotRef?: { readonly namespace: string; readonly name: string; readonly uid?: string };
  readonly readyToUse?: boolean;
  readonly snapshotCreatedAt?: string;
  readonly restoreBytes?: number;
  readonly error?: { readonly message: string; readonly at?: string };
  /** Annotation …/volumesnapshot-being-created */
  readonly beingCreated: boolean;
  /** Annotation …/volumesnapshot-being-deleted */
  readonly beingDeleted: boolean;
}

export interface VolumeSnapshotClass extends ObjectMeta {
  readonly driver: string;
  readonly deletionPolicy: string;
  readonly isDefault: boolean;
  readonly parameters: Readonly<Record<string, string>>;
  readonly plaintextSecretKeys: readonly string[];
}

export interface VolumeAttachment extends ObjectMeta {
  readonly attacher: string;
  readonly node: string;
  readonly persistentVolume?: string;
  readonly attached: boolean;
  readonly attachError?: { readonly message: string; readonly at?: string };
  readonly detachError?: { readonly message: string; readonly at?: string };
}

export interface CsiDriver extends ObjectMeta {
  readonly attachRequired?: boolean;
  readonly podInfoOnMount?: boolean;
  readonly storageCapacity?: boolean;
  readonly fsGroupPolicy?: string;
  readonly lifecycleModes: readonly string[];
}

export interface CsiNode extends ObjectMeta {
  readonly drivers: readonly { readonly name: string; readonly nodeId: string; readonly maxVolumes?: number }[];
}

export interface KubeNode extends ObjectMeta {
  readonly ready: boolean;
  readonly unschedulable: boolean;
  readonly internalIps: readonly string[];
  readonly taints: readonly { readonly key: string; readonly effect: string }[];
  readonly kubeletVersion?: string;
  readonly os?: string;
}

export interface Namespace extends ObjectMeta {
  readonly phase: string;
}

/** Inside a pod (template): what points at storage. */
export interface PodStorage {
  /** persistentVolumeClaim.claimName */
  readonly claims: readonly string[];
  /** Generic ephemeral volumes: the volume's name; its claim is `<pod>-<volume>`. */
  readonly ephemeral: readonly string[];
  /** Inline volumes that reach a NAS without any PersistentVolume. */
  readonly inline: readonly InlineVolume[];
}

export type InlineVolume =
  | { readonly kind: 'nfs'; readonly server: string; readonly path: string }
  | { readonly kind: 'iscsi'; readonly iqn: string; readonly portal: string }
  | { readonly kind: 'csi'; readonly driver: string; readonly attributes: Readonly<Record<string, string>> };

export interface Pod extends ObjectMeta {
  readonly namespace: string;
  readonly phase: string;
  readonly node?: string;
  readonly storage: PodStorage;
  readonly ownerRefs: readonly OwnerRef[];
  /** Kept only for CSI components (labels of democratic-csi, truenas-csi, snapshot-controller): images, restarts, readiness. */
  readonly containers: readonly {
    readonly name: string;
    readonly image: string;
    readonly args: readonly string[];
    readonly ready: boolean;
    readonly restarts: number;
  }[];
  /** Of CSI components: names of the Secrets that they mount. */
  readonly configSecrets?: readonly string[];
}

export interface Workload extends ObjectMeta {
  readonly kind:
    | 'Deployment'
    | 'StatefulSet'
    | 'DaemonSet'
    | 'ReplicaSet'
    | 'Job'
    | 'CronJob'
    | 'VirtualMachine'
    | 'VirtualMachineInstance';
  readonly namespace: string;
  readonly replicas?: number;
  readonly storage: PodStorage;
  /** StatefulSet volumeClaimTemplates: their claims are `<template>-<set>-<ordinal>`. */
  readonly claimTemplates: readonly string[];
  readonly ownerRefs: readonly OwnerRef[];
}

export interface KubeEvent {
  readonly namespace: string;
  readonly reason: string;
  readonly message: string;
  readonly type: string;
  readonly count: number;
  readonly lastSeenAt?: string;
  readonly object: { readonly kind: string; readonly namespace?: string; readonly name: string; readonly uid?: string };
}

export interface BackupTool {
  readonly name: 'velero' | 'volsync' | 'kasten' | 'other';
  /** What showed it: a CRD group or a namespace. */
  readonly seenBy: string;
  /** Longest time a backup lives, where it could be read. */
  readonly longestTtlMs?: number;
}

export interface KubeLease extends ObjectMeta {
  readonly namespace: string;
  readonly holder?: string;
  readonly renewedAt?: string;
  readonly durationSeconds?: number;
}

/** The API server's answer to one question about our own account, in the whole cluster. */
export interface AccessReview {
  readonly verb: string;
  /** `''` is the core group, `*` any. */
  readonly group: string;
  /** With its subresource: `nodes/proxy`. */
  readonly resource: string;
  readonly allowed: boolean;
  /** The list that is lost without it; absent for rights that nobody who only reads has a use for. */
  readonly neededFor?: ClusterSectionName;
  /** Without it that list is still complete: only this is unknown. */
  readonly optional?: string;
}
