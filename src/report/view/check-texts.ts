import type { CheckId } from '../../model/finding.ts';

/** What the findings of a check ask of the reader. */
export type Todo = 'repair' | 'unblock' | 'free' | 'decide' | 'tidy';

export const todos: readonly { readonly id: Todo; readonly title: string; readonly intro: string }[] = [
  { id: 'repair', title: 'Repair first', intro: 'Data or mounts are at risk. These do not get better by waiting.' },
  { id: 'unblock', title: 'Unblock', intro: 'Something was asked for and is stuck.' },
  { id: 'free', title: 'Free space', intro: 'Left behind and no longer referred to. Check the evidence, then remove.' },
  { id: 'decide', title: 'Decide', intro: 'Kept on purpose or perhaps forgotten. Somebody who knows must say.' },
  { id: 'tidy', title: 'Tidy up', intro: 'Harmless remains that make the next problem harder to see.' },
];

export interface CheckText {
  readonly todo: Todo;
  /** Heading of the group. */
  readonly title: string;
  readonly means: string;
  /** Line for page one: `{n}` is the count with its noun. */
  readonly action: string;
  readonly one: string;
  readonly many: string;
  /** What acting brings when no bytes are freed. */
  readonly effect: string;
  /** Acting on it gives space back; an absent number is then not known rather than nothing. */
  readonly frees: boolean;
}

export const checkTexts: Readonly<Record<CheckId, CheckText>> = {
  'volume-without-backend': {
    todo: 'repair',
    title: 'Volumes whose dataset is gone',
    means:
      'The PersistentVolume exists in the cluster, but no declared NAS holds its dataset or zvol. Pods that mount it fail or hang, and the data has to come from a backup.',
    action: 'Restore or remove {n} without data behind them',
    one: 'volume',
    many: 'volumes',
    effect: 'ends failing mounts',
    frees: false,
  },
  'backend-without-volume': {
    todo: 'free',
    title: 'Datasets that no volume uses',
    means:
      'A CSI driver made this dataset or zvol, and no PersistentVolume of any declared cluster refers to it. It takes space until somebody destroys it.',
    action: 'Check and destroy {n} that no volume uses',
    one: 'dataset',
    many: 'datasets',
    effect: 'removes leftovers; bytes not known',
    frees: true,
  },
  'backend-incomplete': {
    todo: 'free',
    title: 'Datasets that were never finished',
    means: 'Provisioning began and did not end: the driver never marked the dataset as ready, and nothing uses it.',
    action: 'Remove {n} left by broken provisioning',
    one: 'unfinished dataset',
    many: 'unfinished datasets',
    effect: 'removes half-made datasets',
    frees: true,
  },
  'volume-released': {
    todo: 'free',
    title: 'Volumes whose deletion is stuck',
    means:
      'The claim is gone and the volume should have been deleted with it, but the driver could not: clones, snapshots or an open session still hold it.',
    action: 'Unblock the deletion of {n}',
    one: 'released volume',
    many: 'released volumes',
    effect: 'lets the driver finish',
    frees: true,
  },
  'volume-retained': {
    todo: 'decide',
    title: 'Volumes kept after their claim went',
    means: 'The policy Retain keeps the data when the claim is deleted. That is a choice; it also costs space.',
    action: 'Decide whether {n} may go',
    one: 'retained volume',
    many: 'retained volumes',
    effect: 'ends paying for data nobody claims',
    frees: true,
  },
  'volume-available': {
    todo: 'decide',
    title: 'Volumes that were never claimed',
    means: 'The PersistentVolume waits for a claim that has not come.',
    action: 'Decide about {n} that nobody claimed',
    one: 'volume',
    many: 'volumes',
    effect: 'removes unused volumes',
    frees: true,
  },
  'claim-unbound': {
    todo: 'unblock',
    title: 'Claims that wait for a volume',
    means: 'The claim has been pending longer than it should. The workload behind it does not start.',
    action: 'Unblock {n}',
    one: 'pending claim',
    many: 'pending claims',
    effect: 'lets the workload start',
    frees: false,
  },
  'claim-lost': {
    todo: 'repair',
    title: 'Claims that lost their volume',
    means: 'The claim was bound to a PersistentVolume that no longer exists. Its pods cannot start again.',
    action: 'Restore {n}',
    one: 'lost claim',
    many: 'lost claims',
    effect: 'brings the workload back',
    frees: false,
  },
  'claim-unused': {
    todo: 'decide',
    title: 'Claims that no workload uses',
    means: 'Bound, but no pod, job, controller or virtual machine refers to it, and none has for a while.',
    action: 'Ask the owners of {n}',
    one: 'unused claim',
    many: 'unused claims',
    effect: 'ends paying for unused volumes',
    frees: true,
  },
  'snapshot-without-backend': {
    todo: 'repair',
    title: 'Snapshots that cannot be restored',
    means: 'Kubernetes lists the snapshot as ready, but its ZFS snapshot or detached dataset is gone. A restore fails.',
    action: 'Replace {n} that cannot be restored',
    one: 'snapshot',
    many: 'snapshots',
    effect: 'makes backups real again',
    frees: false,
  },
  'backend-snapshot-without-object': {
    todo: 'free',
    title: 'Snapshots unknown to Kubernetes',
    means: 'A CSI driver or a backup tool made this ZFS snapshot, and no VolumeSnapshotContent refers to it any more.',
    action: 'Check and destroy {n} unknown to Kubernetes',
    one: 'snapshot',
    many: 'snapshots',
    effect: 'removes leftovers; bytes not known',
    frees: true,
  },
  'snapshot-not-ready': {
    todo: 'unblock',
    title: 'Snapshots that do not become ready',
    means: 'The VolumeSnapshot was asked for and is not usable: there is no backup at this point.',
    action: 'Look at {n} that failed',
    one: 'snapshot',
    many: 'snapshots',
    effect: 'makes backups run again',
    frees: false,
  },
  'snapshot-unbound-content': {
    todo: 'tidy',
    title: 'Snapshot objects without their other half',
    means: 'A VolumeSnapshotContent without its VolumeSnapshot, or the reverse. Neither does anything alone.',
    action: 'Remove {n} without a counterpart',
    one: 'snapshot object',
    many: 'snapshot objects',
    effect: 'clears the list of snapshots',
    frees: false,
  },
  'snapshot-expired': {
    todo: 'free',
    title: 'Snapshots past their retention',
    means: 'Older than the retention that applies to them. They hold space that a newer snapshot does not need.',
    action: 'Delete {n} past retention',
    one: 'snapshot',
    many: 'snapshots',
    effect: 'follows the retention rules',
    frees: true,
  },
  'temporary-snapshot-left': {
    todo: 'tidy',
    title: 'Temporary snapshots left by cloning',
    means: 'The driver made it to copy a volume; no clone needs it any more.',
    action: 'Remove {n}',
    one: 'temporary snapshot',
    many: 'temporary snapshots',
    effect: 'clears remains of cloning',
    frees: true,
  },
  'detached-container-empty': {
    todo: 'tidy',
    title: 'Empty containers of detached snapshots',
    means: 'The dataset once held detached snapshots and is empty now.',
    action: 'Remove {n}',
    one: 'empty container dataset',
    many: 'empty container datasets',
    effect: 'clears empty datasets',
    frees: false,
  },
  'share-without-backend': {
    todo: 'tidy',
    title: 'Shares and targets that lead nowhere',
    means: 'A share, target, extent or namespace of a CSI driver whose dataset is gone.',
    action: 'Remove {n} that lead nowhere',
    one: 'share or target',
    many: 'shares and targets',
    effect: 'clears dead exports',
    frees: false,
  },
  'backend-without-share': {
    todo: 'repair',
    title: 'Volumes that cannot be mounted',
    means: 'The dataset is there and a volume uses it, but no share or target serves it: the next mount fails.',
    action: 'Share {n} again',
    one: 'dataset',
    many: 'datasets',
    effect: 'prevents failing mounts',
    frees: false,
  },
  'attachment-stale': {
    todo: 'unblock',
    title: 'Attachments that hang',
    means: 'A VolumeAttachment whose volume or node is gone, or that does not detach. It can keep a pod from moving.',
    action: 'Clear {n}',
    one: 'stale attachment',
    many: 'stale attachments',
    effect: 'lets pods move between nodes',
    frees: false,
  },
  'backend-shared-by-volumes': {
    todo: 'repair',
    title: 'Volumes that share one dataset',
    means:
      'Two PersistentVolumes stand on the same dataset, IQN or extent. Deleting one destroys the data of the other, and two writers may corrupt it.',
    action: 'Separate {n} that stand on the same data',
    one: 'volume',
    many: 'volumes',
    effect: 'prevents data loss',
    frees: false,
  },
  'task-without-backend': {
    todo: 'tidy',
    title: 'Snapshot and replication tasks without a dataset',
    means: 'The task names the dataset of a CSI volume that no longer exists; it fails or does nothing.',
    action: 'Remove {n}',
    one: 'task without a dataset',
    many: 'tasks without a dataset',
    effect: 'stops failing tasks',
    frees: false,
  },
  'parent-unclaimed': {
    todo: 'decide',
    title: 'Parents that no backend covers',
    means: 'CSI volumes lie below this dataset, but no declared backend covers it: nothing below it was judged.',
    action: 'Declare the backend of {n}',
    one: 'parent dataset',
    many: 'parent datasets',
    effect: 'lets Strandline judge what lies below',
    frees: false,
  },
};
