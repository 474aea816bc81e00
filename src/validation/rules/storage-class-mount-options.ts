import { defineRule } from '../../model/rule.ts';
import { judgeEach } from '../judge-each.ts';
import { clusterResource } from '../resources.ts';

export const storageClassMountOptions = defineRule({
  meta: {
    id: 'storage-class-mount-options',
    title: 'Mount options fit the protocol and keep data safe',
    severity: 'MEDIUM',
    component: 'storageClass',
    scope: 'backend',
    why: 'A soft NFS mount returns errors in the middle of writes; options of another protocol make mounts fail.',
    remediation: 'Remove the option from `mountOptions` of the StorageClass, and from volumes made with it.',
    example: 'mountOptions: [hard, nfsvers=4.2, noatime]',
    needs: { cluster: ['storageClasses'] },
  },
  check(view) {
    const { backend } = view;
    const classes = view.cluster.storageClasses.filter(
      ({ provisioner, mountOptions }) => provisioner === backend?.driver && mountOptions.length > 0,
    );
    return judgeEach(classes, clusterResource(view, 'StorageClass'), ({ mountOptions, parameters }) => {
      const protocol = parameters['protocol'] ?? backend?.protocol ?? 'unknown';
      const options = mountOptions.flatMap((option) => option.split(',')).map((option) => option.trim());
      if (protocol === 'nfs') return options.includes('soft') ? 'soft NFS mounts lose writes' : undefined;
      if (protocol !== 'iscsi' && protocol !== 'nvmeof') return undefined;
      const foreign = options.filter((option) => nfsOnly.test(option));
      return foreign.length === 0 ? undefined : `${foreign.join(', ')} is for NFS, the class serves ${protocol}`;
    });
  },
});

const nfsOnly = /^(nfsvers|vers|minorversion|nolock|hard|soft|nconnect|rsize|wsize|timeo|retrans)(=|$)/;
