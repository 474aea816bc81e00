import { type Detector, defineDetector } from '../model/check.ts';
import { bytesOf, draft, fact, Verdict } from './draft.ts';
import { nasResource } from './resources.ts';

export const parentUnclaimed: Detector = defineDetector({
  meta: {
    id: 'parent-unclaimed',
    title: 'Parent dataset full of CSI volumes that no backend in config covers',
    severity: 'MEDIUM',
    why: 'Nothing below it was judged: it belongs to a cluster that Strandline was not told of, or to one that is gone.',
    remediation: 'Declare the cluster or backend that owns it in config, or find out that nobody does.',
    scope: 'nas',
    provesAbsence: false,
    frees: false,
    needs: { nas: ['datasets', 'nfsShares', 'replications'] },
  },
  run(view) {
    const verdict = new Verdict();
    for (const { parent, volumes, usedBytes, proofs } of view.links.unclaimedParents) {
      const from = `nas/${view.nas.name} datasets`;
      const drivers = [...new Set(proofs.flatMap((proof) => proof.driver ?? []))];
      verdict.found(
        draft(parentUnclaimed.meta, view.scope, {
          resource: nasResource(view.nas.name, 'Dataset', parent),
          bytes: bytesOf({ used: usedBytes }),
          why: `${volumes} CSI volume${volumes === 1 ? '' : 's'} below ${parent} belong to no backend that is known; nothing below it was judged`,
          evidence: [
            ...fact('CSI volumes below it', volumes, from),
            ...drivers.flatMap((driver) =>
              fact('driver named in share comments', driver, `nas/${view.nas.name} nfsShares`),
            ),
            ...proofs.slice(0, 3).flatMap((proof) => fact(`made by a CSI driver (${proof.kind})`, proof.value, from)),
          ],
          steps: [
            'Find out which cluster keeps its volumes there.',
            'Add that cluster and a backend with this parent to the config.',
          ],
          commands: [`strandline config init`],
          premises: [],
        }),
      );
    }
    return verdict;
  },
});
