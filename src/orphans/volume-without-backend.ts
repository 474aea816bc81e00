import { type Detector, defineDetector } from '../model/check.ts';
import type { Premise } from '../model/finding.ts';
import type { VolumeLink } from '../model/links.ts';
import { shellQuote } from '../util/shell.ts';
import { bytesOf, draft, fact, unreadWords, Verdict } from './draft.ts';
import { clusterResource, labelsOf, ownerOfVolume } from './resources.ts';

export const volumeWithoutBackend: Detector = defineDetector({
  meta: {
    id: 'volume-without-backend',
    title: 'PersistentVolume whose dataset or zvol does not exist on its NAS',
    severity: 'HIGH',
    why: 'Pods that use the claim cannot mount it, or lose it at the next restart; its data is gone or was moved.',
    remediation:
      'Find out where the data went (backup, replica, renamed dataset) before removing the claim and the volume.',
    scope: 'backend',
    provesAbsence: true,
    frees: false,
    needs: { cluster: ['persistentVolumes'], nas: ['datasets', 'pools'] },
  },
  run(view, context) {
    const verdict = new Verdict();
    for (const link of view.links.volumes) {
      const { volume, backing } = link;
      if (backing.status === 'found') continue;
      if (volume.deletingSince !== undefined) continue;
      if (backing.status === 'unknown') {
        verdict.unknown('PersistentVolume', volume.name, unreadWords(backing.unread));
        continue;
      }
      const source = `cluster/${link.cluster}`;
      const isOld = context.isOlderThan(source, volume.createdAt, context.options.minAgeMs);
      if (isOld === 'no') continue;
      if (isOld === 'unknown') {
        verdict.unknown('PersistentVolume', volume.name, 'its creation time is unknown');
        continue;
      }
      verdict.found(toFinding(link));
    }
    return verdict;

    function toFinding(link: VolumeLink) {
      const { volume, backend } = link;
      const pods = link.mountedBy.status === 'found' ? link.mountedBy.value : [];
      const handle = volume.csi?.handle ?? '';
      const expected =
        backend?.family === 'truenas-csi' ? [handle] : (backend?.parents ?? []).map((parent) => `${parent}/${handle}`);
      const from = `cluster/${link.cluster} persistentVolumes`;
      const premises: Premise[] = [
        {
          source: `cluster/${link.cluster}`,
          kind: 'PersistentVolume',
          name: volume.name,
          uid: volume.uid,
          expect: 'present',
        },
        ...expected.map(
          (name): Premise => ({ source: `nas/${view.nas.name}`, kind: 'dataset', name, expect: 'absent' }),
        ),
      ];
      return draft(volumeWithoutBackend.meta, view.scope, {
        severity: pods.length > 0 ? 'CRITICAL' : undefined,
        resource: clusterResource(link.cluster, 'PersistentVolume', volume),
        owner: { ...ownerOfVolume(volume), ...labelsOf(volume) },
        createdAt: volume.createdAt,
        ignore: volume.ignore,
        bytes: bytesOf({ provisioned: volume.capacityBytes }),
        why: `${expected[0] ?? handle} does not exist on ${view.nas.name}, nor was its data found on any other NAS in config`,
        evidence: [
          ...fact('volume handle', handle, from),
          ...fact('phase', volume.phase, from),
          ...expected.flatMap((name) => fact('dataset looked for', name, `nas/${view.nas.name} datasets`)),
          ...fact('also searched by', 'handle, csi_volume_name, share path and extent on every NAS', 'all NASes'),
          ...pods.flatMap((pod) =>
            fact('mounted by pod', `${pod.namespace}/${pod.name}`, `cluster/${link.cluster} pods`),
          ),
          ...(link.mountedBy.status === 'unknown'
            ? fact('mounted by', 'unknown: pods could not be read', `cluster/${link.cluster} pods`)
            : []),
        ],
        blockers: pods.map((pod) => ({ kind: 'pod', name: `${pod.namespace}/${pod.name}`, why: 'mounts the claim' })),
        steps: [
          'Look for the data: a replica, a renamed dataset, a pool that was exported.',
          'Restore the dataset under its expected name, or restore the claim from a backup.',
          'Only when the data is given up: delete the claim, then the PersistentVolume.',
        ],
        commands: [
          `kubectl get pv ${shellQuote(volume.name)} -o yaml`,
          ...expected.map(
            (name) =>
              `midclt call pool.dataset.query '[["id","=",${JSON.stringify(name).replaceAll("'", '\\u0027')}]]'`,
          ),
        ],
        premises,
      });
    }
  },
});
