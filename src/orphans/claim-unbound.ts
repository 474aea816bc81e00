import { type Detector, defineDetector } from '../model/check.ts';
import type { Evidence } from '../model/finding.ts';
import type { Claim, KubeEvent, StorageClass } from '../model/kubernetes.ts';
import { shellQuote } from '../util/shell.ts';
import { bytesOf, draft, fact, Verdict } from './draft.ts';
import { isOurClaim, ourDrivers } from './our-classes.ts';
import { clusterResource, labelsOf } from './resources.ts';

export const claimUnbound: Detector = defineDetector({
  meta: {
    id: 'claim-unbound',
    title: 'PersistentVolumeClaim that does not bind',
    severity: 'MEDIUM',
    why: 'Pods that need it stay Pending; a half-made volume may already lie on the NAS.',
    remediation: "Read the provisioner's error named in the evidence and mend the class, the driver or the NAS.",
    scope: 'cluster',
    provesAbsence: false,
    frees: false,
    needs: { cluster: ['claims', 'storageClasses', 'pods'] },
  },
  run(view, context) {
    const verdict = new Verdict();
    const source = `cluster/${view.cluster.name}`;
    const classes = view.cluster.storageClasses;
    const drivers = ourDrivers(view.cluster.name, context.options.backends, view.links.volumes, classes);
    const awaited = claimsOfPods(view.cluster.pods);
    for (const claim of view.cluster.claims) {
      if (claim.phase !== 'Pending' || claim.deletingSince !== undefined) continue;
      const kind = isOurClaim(claim, classes, drivers);
      if (kind === 'foreign') continue;
      const storageClass = classes.find((item) => item.name === claim.storageClass);
      if (waitsForConsumer(claim, storageClass, awaited)) continue;
      const isOld = context.isOlderThan(source, claim.createdAt, context.options.claimPendingMs);
      if (isOld === 'no') continue;
      if (isOld === 'unknown') {
        verdict.unknown('PersistentVolumeClaim', `${claim.namespace}/${claim.name}`, 'its creation time is unknown');
        continue;
      }
      const events = eventsOf(claim, context.peek.cluster(view.cluster.name, 'events') ?? []);
      verdict.found(
        draft(claimUnbound.meta, view.scope, {
          resource: clusterResource(view.cluster.name, 'PersistentVolumeClaim', claim),
          owner: { namespace: claim.namespace, claim: claim.name, ...labelsOf(claim) },
          createdAt: claim.createdAt,
          ignore: claim.ignore,
          bytes: bytesOf({ provisioned: claim.requestedBytes }),
          why: `it has been Pending for longer than the limit: ${reason(claim, kind, events)}`,
          evidence: [
            ...fact('storage class', claim.storageClass ?? '(default)', `${source} claims`),
            ...fact('provisioner', claim.provisioner ?? storageClass?.provisioner, `${source} claims`),
            ...fact('selected node', claim.selectedNode, `${source} claims`),
            ...halfMade(claim, view.links.datasets),
            ...events.flatMap((event) => fact(`event ${event.reason}`, event.message, `${source} events`)),
          ],
          steps: ['Read the events and the log of the provisioner.', 'Mend the cause; the claim then binds by itself.'],
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

function claimsOfPods(
  pods: readonly {
    readonly namespace: string;
    readonly name: string;
    readonly storage: { readonly claims: readonly string[]; readonly ephemeral: readonly string[] };
  }[],
): ReadonlySet<string> {
  return new Set(
    pods.flatMap(({ namespace, name, storage }) =>
      [...storage.claims, ...storage.ephemeral.map((volume) => `${name}-${volume}`)].map(
        (claim) => `${namespace}/${claim}`,
      ),
    ),
  );
}

/** WaitForFirstConsumer without a consumer is no fault: nobody has asked for the volume yet. */
function waitsForConsumer(claim: Claim, storageClass: StorageClass | undefined, awaited: ReadonlySet<string>): boolean {
  return (
    storageClass?.bindingMode === 'WaitForFirstConsumer' &&
    claim.selectedNode === undefined &&
    !awaited.has(`${claim.namespace}/${claim.name}`)
  );
}

const telling = [
  'ProvisioningFailed',
  'ProvisioningCleanupFailed',
  'FailedBinding',
  'ExternalProvisioning',
  'WaitForPodScheduled',
];

function eventsOf(claim: Claim, events: readonly KubeEvent[]): KubeEvent[] {
  return events
    .filter(
      ({ object }) =>
        object.kind === 'PersistentVolumeClaim' && object.namespace === claim.namespace && object.name === claim.name,
    )
    .filter(({ reason: name }) => telling.includes(name))
    .sort((a, b) => telling.indexOf(a.reason) - telling.indexOf(b.reason));
}

function reason(claim: Claim, kind: 'ours' | 'noClass' | 'missingClass', events: readonly KubeEvent[]): string {
  if (kind === 'missingClass') return `StorageClass ${claim.storageClass ?? ''} does not exist`;
  if (kind === 'noClass') return 'it names no StorageClass and there is no default one';
  const failed = events[0];
  if (failed === undefined) return 'its events have expired and nothing more can be seen';
  if (failed.reason === 'ExternalProvisioning')
    return 'no provisioner answers for its driver; is the controller running?';
  return failed.message;
}

/** A volume of its name on the NAS: provisioning got that far. */
function halfMade(
  claim: Claim,
  datasets: readonly {
    readonly claimUid?: string;
    readonly dataset: { readonly name: string };
    readonly nas: string;
  }[],
): Evidence[] {
  const made = datasets.filter((link) => link.claimUid === claim.uid.toLowerCase());
  return made.flatMap((link) => fact('half-made volume', link.dataset.name, `nas/${link.nas} datasets`));
}
