import { type Detector, defineDetector } from '../model/check.ts';
import type { Pod, Workload } from '../model/kubernetes.ts';
import { shellQuote } from '../util/shell.ts';
import { reclaimableBytes } from './bytes.ts';
import { bytesOf, draft, fact, Verdict } from './draft.ts';
import { clusterResource, labelsOf } from './resources.ts';

export const claimUnused: Detector = defineDetector({
  meta: {
    id: 'claim-unused',
    title: 'Bound claim that no workload uses',
    severity: 'LOW',
    why: 'Nothing that runs, is scheduled or is scaled to zero names the claim; its space may be forgotten.',
    remediation: 'Ask the team of the namespace; delete the claim when its data is not needed.',
    scope: 'cluster',
    provesAbsence: false,
    frees: true,
    needs: { cluster: ['claims', 'persistentVolumes', 'pods', 'workloads'] },
  },
  run(view, context) {
    const verdict = new Verdict();
    const source = `cluster/${view.cluster.name}`;
    const isUsed = usageTest(view.cluster.pods, view.cluster.workloads);
    const volumes = new Map(view.links.volumes.map((link) => [link.volume.name, link]));
    for (const claim of view.cluster.claims) {
      if (claim.phase !== 'Bound' || claim.deletingSince !== undefined || isUsed(claim.namespace, claim.name)) continue;
      const link = volumes.get(claim.volumeName ?? '');
      if (link === undefined || link.outOfReach !== undefined || link.backing.status === 'absent') continue;
      const isOld = context.isOlderThan(source, claim.createdAt, context.options.claimUnusedMs);
      if (isOld === 'no') continue;
      if (isOld === 'unknown') {
        verdict.unknown('PersistentVolumeClaim', `${claim.namespace}/${claim.name}`, 'its creation time is unknown');
        continue;
      }
      const at = link.backing.status === 'found' ? link.backing.value : undefined;
      const dataset = at === undefined ? undefined : view.links.datasetAt(at.nas, at.dataset.name);
      const deletes = link.volume.reclaimPolicy === 'Delete';
      verdict.found(
        draft(claimUnused.meta, view.scope, {
          confidence: 'medium',
          resource: clusterResource(view.cluster.name, 'PersistentVolumeClaim', claim),
          owner: { namespace: claim.namespace, claim: claim.name, ...labelsOf(claim) },
          createdAt: claim.createdAt,
          ignore: claim.ignore,
          bytes: bytesOf({
            provisioned: claim.capacityBytes ?? link.volume.capacityBytes,
            used: at?.dataset.usedBytes,
            reclaimable: dataset === undefined ? undefined : reclaimableBytes(dataset),
          }),
          why: 'no pod, job, deployment, stateful set, daemon set, replica set or virtual machine names it',
          evidence: [
            ...fact('volume', link.volume.name, `${source} claims`),
            ...fact('dataset', at?.dataset.name, `nas/${at?.nas ?? ''} datasets`),
            ...fact('reclaim policy', link.volume.reclaimPolicy, `${source} persistentVolumes`),
          ],
          steps: [
            'Ask the team of the namespace whether the data is needed.',
            deletes
              ? 'Deleting the claim destroys the data: take a backup first when in doubt.'
              : 'Deleting the claim keeps the data (policy Retain): the volume then has to be removed too.',
          ],
          commands: [`kubectl -n ${shellQuote(claim.namespace)} describe pvc ${shellQuote(claim.name)}`],
          premises: [
            {
              source: `cluster/${view.cluster.name}`,
              kind: 'PersistentVolumeClaim',
              namespace: claim.namespace,
              name: claim.name,
              uid: claim.uid,
              expect: 'present',
            },
          ],
        }),
      );
    }
    return verdict;
  },
});

/** Everything that can name a claim, at any scale: also what is scaled to zero, suspended, or only a template. */
function usageTest(
  pods: readonly Pod[],
  workloads: readonly Workload[],
): (namespace: string, claim: string) => boolean {
  const named = new Set<string>();
  for (const pod of pods) {
    for (const claim of pod.storage.claims) named.add(`${pod.namespace}/${claim}`);
    for (const volume of pod.storage.ephemeral) named.add(`${pod.namespace}/${pod.name}-${volume}`);
  }
  const templates = new Set<string>();
  for (const workload of workloads) {
    for (const claim of workload.storage.claims) named.add(`${workload.namespace}/${claim}`);
    for (const template of workload.claimTemplates) templates.add(`${workload.namespace}/${template}-${workload.name}`);
  }
  return (namespace, claim) => {
    const key = `${namespace}/${claim}`;
    return named.has(key) || templates.has(key.replace(/-\d+$/, ''));
  };
}
