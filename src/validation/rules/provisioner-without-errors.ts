import type { KubeEvent } from '../../model/kubernetes.ts';
import { defineRule } from '../../model/rule.ts';
import { judgeEach } from '../judge-each.ts';
import { familyOf } from '../our-drivers.ts';

const recentMs = 24 * 3_600_000;
const telling =
  /^(ProvisioningFailed|ProvisioningCleanupFailed|VolumeFailedDelete|VolumeResizeFailed|FailedAttachVolume|SnapshotCreationFailed|SnapshotContentCreationFailed|SnapshotDeleteError)$/;

export const provisionerWithoutErrors = defineRule({
  meta: {
    id: 'provisioner-without-errors',
    title: 'The driver reported no error in the last 24 hours',
    severity: 'MEDIUM',
    component: 'csi',
    scope: 'cluster',
    why: 'Errors on making and deleting are how volumes get lost on the NAS.',
    remediation: 'Read the event and the log of the controller at that time.',
    example: 'kubectl get events -A --field-selector type=Warning | grep -E "Provisioning|VolumeFailed|Attach"',
    needs: { cluster: ['events', 'persistentVolumes', 'claims', 'storageClasses'] },
  },
  check(view, { ageMs }) {
    const source = `cluster/${view.cluster.name}` as const;
    const driverOf = driverFinder(view.cluster);
    const events = view.cluster.events.filter((event) => {
      if (event.type !== 'Warning' || !telling.test(event.reason)) return false;
      const driver = driverOf(event);
      return driver !== undefined && familyOf(view, driver) !== undefined;
    });
    return judgeEach(
      events,
      ({ object: { kind, namespace, name } }) => ({
        source,
        cluster: view.cluster.name,
        kind,
        ...(namespace !== undefined && { namespace }),
        name,
      }),
      ({ reason, message, lastSeenAt }) => {
        const age = ageMs(source, lastSeenAt);
        if (age === undefined) return { undecided: 'the time of the event is not known' };
        return age <= recentMs ? `${reason}: ${message}` : undefined;
      },
    );
  },
});

interface Lists {
  readonly persistentVolumes: readonly { readonly name: string; readonly csi?: { readonly driver: string } }[];
  readonly claims: readonly {
    readonly namespace: string;
    readonly name: string;
    readonly storageClass?: string;
    readonly provisioner?: string;
  }[];
  readonly storageClasses: readonly { readonly name: string; readonly provisioner: string }[];
}

/** Which driver an event of a claim or volume is about. */
function driverFinder({ persistentVolumes, claims, storageClasses }: Lists) {
  const byVolume = new Map(persistentVolumes.map(({ name, csi }) => [name, csi?.driver]));
  const byClass = new Map(storageClasses.map(({ name, provisioner }) => [name, provisioner]));
  const byClaim = new Map(
    claims.map((row) => [`${row.namespace}/${row.name}`, row.provisioner ?? byClass.get(row.storageClass ?? '')]),
  );
  return ({ object }: KubeEvent): string | undefined => {
    if (object.kind === 'PersistentVolume') return byVolume.get(object.name);
    if (object.kind === 'PersistentVolumeClaim') return byClaim.get(`${object.namespace}/${object.name}`);
    return undefined;
  };
}
