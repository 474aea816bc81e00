import { defineRule } from '../../model/rule.ts';
import { judgeEach } from '../judge-each.ts';
import { ours } from '../our-drivers.ts';
import { clusterResource } from '../resources.ts';

/** Attaching and detaching take seconds; longer than this, somebody waits. */
const settledMs = 30 * 60_000;

export const attachmentsSettled = defineRule({
  meta: {
    id: 'attachments-settled',
    title: 'Volumes attach and detach',
    severity: 'MEDIUM',
    component: 'csi',
    scope: 'cluster',
    why: 'A volume that does not detach cannot be attached elsewhere: its pod waits, and so does its deletion.',
    remediation: 'Read the error; look at the attacher and at sessions on the NAS before touching finalizers.',
    example:
      'kubectl get volumeattachment <name> -o yaml\nkubectl -n <namespace> logs <controller> -c external-attacher',
    needs: { cluster: ['volumeAttachments'] },
  },
  check(view, { ageMs }) {
    const source = `cluster/${view.cluster.name}` as const;
    const attachments = ours(view, view.cluster.volumeAttachments, ({ attacher }) => attacher);
    return judgeEach(attachments, clusterResource(view, 'VolumeAttachment'), (row) => {
      if (row.detachError !== undefined) return `it does not detach: ${row.detachError.message}`;
      if (row.attachError !== undefined && !row.attached) return `it does not attach: ${row.attachError.message}`;
      const isDeleting = row.deletingSince !== undefined;
      if (row.attached && !isDeleting) return undefined;
      const waitingMs = ageMs(source, row.deletingSince ?? row.createdAt);
      if (waitingMs === undefined) return { undecided: 'its age is not known' };
      if (waitingMs <= settledMs) return undefined;
      return `${isDeleting ? 'detaching' : 'attaching'} for ${Math.floor(waitingMs / 60_000)} minutes`;
    });
  },
});
