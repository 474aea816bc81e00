import { type Detector, defineDetector } from '../model/check.ts';
import type { Premise } from '../model/finding.ts';
import { shellQuote } from '../util/shell.ts';
import { draft, fact, Verdict } from './draft.ts';
import { ourDrivers } from './our-classes.ts';
import { clusterResource } from './resources.ts';

export const attachmentStale: Detector = defineDetector({
  meta: {
    id: 'attachment-stale',
    title: 'VolumeAttachment whose volume or node is gone, or that does not detach',
    severity: 'MEDIUM',
    why: 'The volume cannot be attached elsewhere and its deletion is refused.',
    remediation: 'Make sure that the node is really gone, then delete the VolumeAttachment.',
    scope: 'cluster',
    provesAbsence: true,
    frees: false,
    needs: { cluster: ['volumeAttachments', 'persistentVolumes', 'nodes', 'storageClasses'] },
  },
  run(view, context) {
    const verdict = new Verdict();
    const cluster = view.cluster.name;
    const source = `cluster/${cluster}` as const;
    const volumes = new Set(view.cluster.persistentVolumes.map((volume) => volume.name));
    const nodes = new Set(view.cluster.nodes.map((node) => node.name));
    const drivers = ourDrivers(cluster, context.options.backends, view.links.volumes, view.cluster.storageClasses);
    for (const attachment of view.cluster.volumeAttachments) {
      if (!drivers.has(attachment.attacher) || attachment.persistentVolume === undefined) continue;
      const noVolume = !volumes.has(attachment.persistentVolume);
      const noNode = !nodes.has(attachment.node);
      const stuckSince = attachment.deletingSince;
      const limit = context.options.attachmentStaleMs;
      const isStuck = stuckSince !== undefined && context.isOlderThan(source, stuckSince, limit) === 'yes';
      if (!noVolume && !noNode && !isStuck) continue;
      const isOld = context.isOlderThan(source, attachment.createdAt, limit);
      if (isOld === 'unknown') verdict.unknown('VolumeAttachment', attachment.name, 'its creation time is unknown');
      if (isOld !== 'yes') continue;
      const missing: Premise[] = [
        ...(noVolume
          ? [
              {
                source,
                kind: 'PersistentVolume' as const,
                name: attachment.persistentVolume,
                expect: 'absent' as const,
              },
            ]
          : []),
        ...(noNode ? [{ source, kind: 'Node' as const, name: attachment.node, expect: 'absent' as const }] : []),
      ];
      verdict.found(
        draft(attachmentStale.meta, view.scope, {
          resource: clusterResource(cluster, 'VolumeAttachment', attachment),
          createdAt: attachment.createdAt,
          ignore: attachment.ignore,
          why: noNode
            ? `its node ${attachment.node} does not exist any more`
            : noVolume
              ? `its volume ${attachment.persistentVolume} does not exist any more`
              : `it has been detaching since ${stuckSince ?? ''}: ${attachment.detachError?.message ?? 'no error is given'}`,
          evidence: [
            ...fact('volume', attachment.persistentVolume, `${source} volumeAttachments`),
            ...fact('node', attachment.node, `${source} volumeAttachments`),
            ...fact('detach error', attachment.detachError?.message, `${source} volumeAttachments`),
            ...fact(
              'finalizers',
              attachment.finalizers.length > 0 ? attachment.finalizers.join(', ') : undefined,
              `${source} volumeAttachments`,
            ),
          ],
          steps: [
            'Make sure that the node is switched off or has let go of the volume.',
            'Delete the VolumeAttachment.',
          ],
          commands: [`kubectl get volumeattachment ${shellQuote(attachment.name)} -o yaml`],
          premises: [
            { source, kind: 'VolumeAttachment', name: attachment.name, uid: attachment.uid, expect: 'present' },
            ...missing,
          ],
        }),
      );
    }
    return verdict;
  },
});
