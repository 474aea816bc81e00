import type { Rule } from '../../model/rule.ts';
import { attachmentsSettled } from './attachments-settled.ts';
import { backendDetachedParentApart } from './backend-detached-parent-apart.ts';
import { backendParentExists } from './backend-parent-exists.ts';
import { backendParentNotRoot } from './backend-parent-not-root.ts';
import { backendParentNotShared } from './backend-parent-not-shared.ts';
import { backendParentUnlocked } from './backend-parent-unlocked.ts';
import { backendPoolBelowLimit } from './backend-pool-below-limit.ts';
import { backendPoolHealthy } from './backend-pool-healthy.ts';
import { backendQuotasOn } from './backend-quotas-on.ts';
import { backendServiceRunning } from './backend-service-running.ts';
import { clusterAccountLeastPrivilege } from './cluster-account-least-privilege.ts';
import { clusterAccountSufficient } from './cluster-account-sufficient.ts';
import { configuredNamespacesExist } from './configured-namespaces-exist.ts';
import { csiControllerReady } from './csi-controller-ready.ts';
import { csiControllerSingle } from './csi-controller-single.ts';
import { csiDriverRegistered } from './csi-driver-registered.ts';
import { csiLeaderFresh } from './csi-leader-fresh.ts';
import { csiNodePods } from './csi-node-pods.ts';
import { csiNodeRegistered } from './csi-node-registered.ts';
import { csiPodsStable } from './csi-pods-stable.ts';
import { csiVersionsGood } from './csi-versions-good.ts';
import { driverSupportsRelease } from './driver-supports-release.ts';
import { iscsiTargetGroupsExist } from './iscsi-target-groups-exist.ts';
import { nasAccountLeastPrivilege } from './nas-account-least-privilege.ts';
import { nasAccountSufficient } from './nas-account-sufficient.ts';
import { nasApiKeyNotExpiring } from './nas-api-key-not-expiring.ts';
import { nasApiKeyRenewed } from './nas-api-key-renewed.ts';
import { nasReleaseSupported } from './nas-release-supported.ts';
import { nfsShareAdmitsNodes } from './nfs-share-admits-nodes.ts';
import { nodeAttachLimit } from './node-attach-limit.ts';
import { poolNotOvercommitted } from './pool-not-overcommitted.ts';
import { provisionerWithoutErrors } from './provisioner-without-errors.ts';
import { secretsNotInClearText } from './secrets-not-in-clear-text.ts';
import { snapshotClassDeletionPolicy } from './snapshot-class-deletion-policy.ts';
import { snapshotClassDriverRegistered } from './snapshot-class-driver-registered.ts';
import { snapshotClassParametersValid } from './snapshot-class-parameters-valid.ts';
import { snapshotClassPresent } from './snapshot-class-present.ts';
import { snapshotControllerReady } from './snapshot-controller-ready.ts';
import { snapshotCrdsInstalled } from './snapshot-crds-installed.ts';
import { snapshotRetentionAgrees } from './snapshot-retention-agrees.ts';
import { storageClassBackendKnown } from './storage-class-backend-known.ts';
import { storageClassBindingMode } from './storage-class-binding-mode.ts';
import { storageClassDatasetExists } from './storage-class-dataset-exists.ts';
import { storageClassDriverRegistered } from './storage-class-driver-registered.ts';
import { storageClassExpandable } from './storage-class-expandable.ts';
import { storageClassMountOptions } from './storage-class-mount-options.ts';
import { storageClassOneDefault } from './storage-class-one-default.ts';
import { storageClassParametersValid } from './storage-class-parameters-valid.ts';
import { storageClassReclaimPolicy } from './storage-class-reclaim-policy.ts';
import { storageClassRetainAttended } from './storage-class-retain-attended.ts';

/** The catalogue, by id. */
export const rules: readonly Rule[] = [
  attachmentsSettled,
  backendDetachedParentApart,
  backendParentExists,
  backendParentNotRoot,
  backendParentNotShared,
  backendParentUnlocked,
  backendPoolBelowLimit,
  backendPoolHealthy,
  backendQuotasOn,
  backendServiceRunning,
  clusterAccountLeastPrivilege,
  clusterAccountSufficient,
  configuredNamespacesExist,
  csiControllerReady,
  csiControllerSingle,
  csiDriverRegistered,
  csiLeaderFresh,
  csiNodePods,
  csiNodeRegistered,
  csiPodsStable,
  csiVersionsGood,
  driverSupportsRelease,
  iscsiTargetGroupsExist,
  nasAccountLeastPrivilege,
  nasAccountSufficient,
  nasApiKeyNotExpiring,
  nasApiKeyRenewed,
  nasReleaseSupported,
  nfsShareAdmitsNodes,
  nodeAttachLimit,
  poolNotOvercommitted,
  provisionerWithoutErrors,
  secretsNotInClearText,
  snapshotClassDeletionPolicy,
  snapshotClassDriverRegistered,
  snapshotClassParametersValid,
  snapshotClassPresent,
  snapshotControllerReady,
  snapshotCrdsInstalled,
  snapshotRetentionAgrees,
  storageClassBackendKnown,
  storageClassBindingMode,
  storageClassDatasetExists,
  storageClassDriverRegistered,
  storageClassExpandable,
  storageClassMountOptions,
  storageClassOneDefault,
  storageClassParametersValid,
  storageClassReclaimPolicy,
  storageClassRetainAttended,
];
