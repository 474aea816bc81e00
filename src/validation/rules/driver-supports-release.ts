import type { Backend } from '../../model/backend.ts';
import type { Resource } from '../../model/finding.ts';
import type { Pod } from '../../model/kubernetes.ts';
import { defineRule } from '../../model/rule.ts';
import { podsOfDriver } from '../csi-pods.ts';
import { isBefore, parseImage, parseVersion } from '../images.ts';
import { judgeEach } from '../judge-each.ts';

export const driverSupportsRelease = defineRule({
  meta: {
    id: 'driver-supports-release',
    title: 'The driver works with the release of the NAS',
    severity: 'HIGH',
    component: 'release',
    scope: 'backend',
    why: 'democratic-csi talks REST, which TrueNAS 26 no longer has; truenas-csi needs 25.10 or later.',
    remediation: 'Update driver and NAS in an order in which both always fit: the driver first.',
    example: 'midclt call system.version\nkubectl get csidrivers',
    needs: { cluster: ['pods'] },
  },
  check(view) {
    const { backend } = view;
    return judgeEach(
      backend === undefined ? [] : [backend],
      (row) => driverResource(view.cluster.name, row),
      (row) => {
        const { release } = view.nas;
        const version = parseVersion(release);
        if (version === undefined) return { undecided: `the release of ${view.nas.name} is not known` };
        if (row.family === 'truenas-csi') {
          const isTooOld = isBefore(version, [25, 10]);
          return isTooOld ? `csi.truenas.io needs TrueNAS 25.10 or later, this is ${release}` : undefined;
        }
        if (isBefore(version, [26, 0])) return undefined;
        // Numbered images speak REST only; what `next` and own builds speak cannot be told from their tag.
        const images = controllerImages(podsOfDriver(view.cluster.pods, row).controllers);
        const numbered = images.find((image) => parseImage(image).version !== undefined);
        if (numbered === undefined)
          return { undecided: `whether it needs REST, which TrueNAS ${release} lacks, is not known` };
        return `${numbered} needs REST, which TrueNAS ${release} lacks`;
      },
    );
  },
});

function driverResource(cluster: string, { driver }: Backend): Resource {
  return { source: `cluster/${cluster}`, cluster, kind: 'CSIDriver', name: driver };
}

function controllerImages(pods: readonly Pod[]): string[] {
  return pods.flatMap(({ containers }) =>
    containers.flatMap(({ image }) => (parseImage(image).name === 'democratic-csi' ? [image] : [])),
  );
}
