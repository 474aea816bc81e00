import type { Judged } from '../../model/rule.ts';
import { defineRule } from '../../model/rule.ts';

export const csiDriverRegistered = defineRule({
  meta: {
    id: 'csi-driver-registered',
    title: 'The driver of every backend with volumes is installed',
    severity: 'HIGH',
    component: 'csi',
    scope: 'backend',
    why: 'Its volumes can neither be mounted anew nor deleted: pods hang when they move, and claims when they go.',
    remediation: 'Install the driver again under the same name, or move the data and delete the volumes.',
    example: 'kubectl get csidrivers\nhelm upgrade --install <release> democratic-csi/democratic-csi -f values.yaml',
    needs: { cluster: ['persistentVolumes', 'csiDrivers'] },
  },
  check(view): Judged {
    const { driver = '' } = view.backend ?? {};
    const { name, persistentVolumes, csiDrivers } = view.cluster;
    const volumes = persistentVolumes.filter(({ csi }) => csi?.driver === driver).length;
    const isInstalled = csiDrivers.some((row) => row.name === driver);
    if (volumes === 0 || isInstalled) return { judged: volumes === 0 ? 0 : 1, problems: [], undecided: [] };
    const resource = { source: `cluster/${name}`, cluster: name, kind: 'CSIDriver', name: driver } as const;
    return { judged: 1, problems: [{ resource, why: `it is gone, and ${volumes} volumes need it` }], undecided: [] };
  },
});
