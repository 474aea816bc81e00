import { type Detector, defineDetector } from '../model/check.ts';
import { shellQuote } from '../util/shell.ts';
import { bytesOf, draft, fact, Verdict } from './draft.ts';
import { isOurClaim, ourDrivers } from './our-classes.ts';
import { clusterResource, labelsOf } from './resources.ts';

export const claimLost: Detector = defineDetector({
  meta: {
    id: 'claim-lost',
    title: 'PersistentVolumeClaim in phase Lost',
    severity: 'HIGH',
    why: 'The claim was bound to a PersistentVolume that does not exist any more; no pod can mount it again.',
    remediation: 'Recreate the PersistentVolume for the dataset that is left on the NAS, or restore from a backup.',
    scope: 'cluster',
    provesAbsence: false,
    frees: false,
    needs: { cluster: ['claims', 'storageClasses'] },
  },
  run(view, context) {
    const verdict = new Verdict();
    const source = `cluster/${view.cluster.name}`;
    const classes = view.cluster.storageClasses;
    const drivers = ourDrivers(view.cluster.name, context.options.backends, view.links.volumes, classes);
    for (const claim of view.cluster.claims) {
      if (claim.phase !== 'Lost' || claim.deletingSince !== undefined) continue;
      if (isOurClaim(claim, classes, drivers) === 'foreign') continue;
      const left = view.links.datasets.filter((link) => link.claimUid === claim.uid.toLowerCase());
      verdict.found(
        draft(claimLost.meta, view.scope, {
          resource: clusterResource(view.cluster.name, 'PersistentVolumeClaim', claim),
          owner: { namespace: claim.namespace, claim: claim.name, ...labelsOf(claim) },
          createdAt: claim.createdAt,
          ignore: claim.ignore,
          bytes: bytesOf({ provisioned: claim.capacityBytes ?? claim.requestedBytes }),
          why: `its PersistentVolume ${claim.volumeName ?? ''} does not exist any more`,
          evidence: [
            ...fact('volume it was bound to', claim.volumeName, `${source} claims`),
            ...left.flatMap((link) => fact('its data is still there', link.dataset.name, `nas/${link.nas} datasets`)),
          ],
          steps: [
            'Look on the NAS for the dataset of the lost volume.',
            'Recreate the PersistentVolume by hand, or restore the claim from a backup.',
          ],
          commands: [`kubectl -n ${shellQuote(claim.namespace)} get pvc ${shellQuote(claim.name)} -o yaml`],
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
