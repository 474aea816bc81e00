import { defineRule } from '../../model/rule.ts';
import { judgeEach } from '../judge-each.ts';
import { isInNetwork } from '../network.ts';
import { nasResource } from '../resources.ts';
import { schedulableNodes } from '../schedulable-nodes.ts';
import { shareIdsOfVolumes } from '../volume-shares.ts';

export const nfsShareAdmitsNodes = defineRule({
  meta: {
    id: 'nfs-share-admits-nodes',
    title: 'NFS shares of volumes admit every node',
    severity: 'HIGH',
    component: 'backend',
    scope: 'backend',
    why: 'A pod that lands on a node that is not admitted hangs in ContainerCreating with a mount error.',
    remediation: 'Add the network of the nodes to the config of the driver and to the shares that exist.',
    example: 'nfs:\n  shareAllowedNetworks: [10.8.0.0/24]',
    needs: { cluster: ['nodes', 'persistentVolumes'], nas: ['nfsShares', 'datasets'] },
  },
  check(view) {
    const ids = shareIdsOfVolumes(view, 'NfsShare');
    const shares = view.nas.nfsShares.filter(({ id, enabled }) => enabled && ids.has(id));
    const nodes = schedulableNodes(view.cluster.nodes).filter(({ internalIps }) => internalIps.length > 0);
    return judgeEach(
      shares,
      ({ paths }) => nasResource(view, 'NfsShare')(paths.join(', ')),
      ({ networks, hosts }) => {
        if (networks.length + hosts.length === 0) return undefined;
        const refused = nodes.filter(
          ({ internalIps }) =>
            !internalIps.some((ip) => hosts.includes(ip) || networks.some((network) => isInNetwork(ip, network))),
        );
        if (refused.length === 0) return undefined;
        if (hosts.some((host) => !isAddress(host)))
          return { undecided: 'it names hosts, whose addresses are not known' };
        // Nodes often mount over a storage network of their own, whose addresses Kubernetes does not know.
        if (refused.length === nodes.length) return { undecided: 'no node is known by an address in its networks' };
        return `it does not admit ${refused.length} of ${nodes.length} nodes: ${refused.map(({ name }) => name).join(', ')}`;
      },
    );
  },
});

function isAddress(host: string): boolean {
  return /^[0-9.]+$/.test(host) || host.includes(':');
}
