import { addToCluster, inCluster, named } from '../support/change-estate.ts';
import { iscsiDriver, makeMeta, makePod, nfsDriver } from '../support/make-inventory.ts';
import type { RuleCase } from './cases.ts';

const controller = `${nfsDriver}-controller`;
const attachment = { attacher: iscsiDriver, node: 'worker-1', attached: true };

export const csiCases: readonly RuleCase[] = [
  {
    name: 'a leader that has been silent for six minutes',
    breaks: ['csi-leader-fresh'],
    change: lease({ renewedAt: '2026-11-23T01:54:00.000000Z' }),
  },
  {
    name: 'a leader that was silent for exactly five minutes',
    breaks: [],
    change: lease({ renewedAt: '2026-11-23T01:55:00.000000Z' }),
  },
  {
    name: 'a leader whose lease is longer than its silence',
    breaks: [],
    change: lease({ renewedAt: '2026-11-23T01:50:00.000000Z', durationSeconds: 600 }),
  },
  {
    name: 'a lease that nobody holds',
    breaks: ['csi-leader-fresh'],
    change: lease({ holder: '' }),
  },
  {
    name: 'a silent leader of a resizer',
    breaks: ['csi-leader-fresh'],
    change: lease({ name: 'external-resizer-org-democratic-csi-nfs', renewedAt: '2026-11-22T01:50:00Z' }),
  },
  {
    name: 'a silent leader of another driver',
    breaks: [],
    change: lease({ name: 'org-democratic-csi-nfs-other', renewedAt: '2026-11-22T01:50:00Z' }),
  },
  {
    name: 'a lease without a time',
    breaks: [],
    change: lease({ renewedAt: undefined }),
  },
  {
    name: 'a controller that is not ready',
    breaks: ['csi-controller-ready'],
    change: inCluster('pods', (pod) =>
      pod.name === controller ? { ...pod, containers: pod.containers.map((row) => ({ ...row, ready: false })) } : pod,
    ),
  },
  {
    name: 'no controller, while the nodes have their pods',
    breaks: ['csi-controller-ready'],
    change: inCluster('pods', (pod) => (pod.name === controller ? undefined : pod)),
  },
  {
    name: 'no pod of the driver that could be recognised',
    breaks: [],
    change: inCluster('pods', (pod) => (pod.name.startsWith(nfsDriver) ? undefined : pod)),
  },
  {
    name: 'two controllers',
    breaks: ['csi-controller-single'],
    change: addToCluster(
      'pods',
      makePod('second', 'worker-2', [
        { name: 'csi-driver', args: [`--csi-name=${nfsDriver}`] },
        { name: 'external-provisioner', image: 'csi-provisioner:v5.3.0' },
      ]),
    ),
  },
  {
    name: 'a node without the node pod',
    breaks: ['csi-node-pods'],
    change: inCluster('pods', (pod) => (pod.name === `${nfsDriver}-worker-2` ? undefined : pod)),
  },
  {
    name: 'a tainted node without the node pod',
    breaks: [],
    change: (estate) =>
      inCluster(
        'nodes',
        named('worker-2', { taints: [{ key: 'gpu', effect: 'NoSchedule' }] }),
      )(inCluster('pods', (pod) => (pod.name === `${nfsDriver}-worker-2` ? undefined : pod))(estate)),
  },
  {
    name: 'a container that restarted ten times',
    breaks: ['csi-pods-stable'],
    change: restarted(10),
  },
  {
    name: 'a container that restarted nine times',
    breaks: [],
    change: restarted(9),
  },
  {
    name: 'provisioner 4.0',
    breaks: ['csi-versions-good'],
    change: provisioner('sig-storage/csi-provisioner:v4.0.0', []),
  },
  {
    name: 'provisioner 4.0 that honours the reclaim policy',
    breaks: [],
    change: provisioner('sig-storage/csi-provisioner:v4.0.0', ['--feature-gates=HonorPVReclaimPolicy=true']),
  },
  {
    name: 'provisioner 5.0',
    breaks: [],
    change: provisioner('sig-storage/csi-provisioner:v5.0.0', []),
  },
  {
    name: 'truenas-csi 1.3.0',
    breaks: ['csi-versions-good'],
    change: inCluster('pods', (pod) => ({
      ...pod,
      containers: pod.containers.map((row) =>
        row.name === 'csi-node' ? { ...row, image: 'host:5000/truenas-csi:v1.3.0' } : row,
      ),
    })),
  },
  {
    name: 'an attachment that cannot be detached',
    breaks: ['attachments-settled'],
    change: inCluster('volumeAttachments', (row) => ({ ...row, detachError: { message: 'device busy' } })),
  },
  {
    name: 'an attachment that detaches for 31 minutes',
    breaks: ['attachments-settled'],
    change: inCluster('volumeAttachments', (row) => ({ ...row, deletingSince: '2026-11-23T01:29:00Z' })),
  },
  {
    name: 'an attachment that detaches for 30 minutes',
    breaks: [],
    change: inCluster('volumeAttachments', (row) => ({ ...row, deletingSince: '2026-11-23T01:30:00Z' })),
  },
  {
    name: 'a node at its limit',
    breaks: ['node-attach-limit'],
    change: addToCluster('volumeAttachments', { ...makeMeta('csi-2'), ...attachment }),
  },
  {
    name: 'a driver that failed a day ago',
    breaks: ['provisioner-without-errors'],
    change: inCluster('events', (event) => ({ ...event, lastSeenAt: '2026-11-22T02:00:00Z' })),
  },
  {
    name: 'a driver that failed more than a day ago',
    breaks: [],
    change: inCluster('events', (event) => ({ ...event, lastSeenAt: '2026-11-22T01:59:59Z' })),
  },
  {
    name: 'an event of a volume that is not ours',
    breaks: [],
    change: inCluster('events', (event) => ({
      ...event,
      lastSeenAt: '2026-11-23T01:00:00Z',
      object: { kind: 'PersistentVolume', name: 'pvc-elsewhere' },
    })),
  },
  {
    name: 'a snapshot controller that is not ready',
    breaks: ['snapshot-controller-ready'],
    change: inCluster('pods', named('snapshot-controller', { phase: 'Pending' })),
  },
  {
    name: 'no snapshot controller in sight, and nothing waits for it',
    breaks: [],
    change: inCluster('pods', (pod) => (pod.name === 'snapshot-controller' ? undefined : pod)),
  },
  {
    name: 'no snapshot controller in sight, and a snapshot without a status',
    breaks: ['snapshot-controller-ready'],
    change: (estate) =>
      addToCluster('volumeSnapshots', { ...makeMeta('backup'), namespace: 'shop' })(
        inCluster('pods', (pod) => (pod.name === 'snapshot-controller' ? undefined : pod))(estate),
      ),
  },
];

function restarted(restarts: number) {
  return inCluster('pods', (pod) =>
    pod.name === controller ? { ...pod, containers: pod.containers.map((row) => ({ ...row, restarts })) } : pod,
  );
}

function provisioner(image: string, args: readonly string[]) {
  return inCluster('pods', (pod) => ({
    ...pod,
    containers: pod.containers.map((row) => (row.name === 'external-provisioner' ? { ...row, image, args } : row)),
  }));
}

function lease(fields: Readonly<Record<string, unknown>>) {
  return inCluster('leases', named('org-democratic-csi-nfs', fields));
}
