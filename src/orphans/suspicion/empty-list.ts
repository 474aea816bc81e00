import type { VolumeLink } from '../../model/links.ts';
import type { NasSectionName } from '../../model/truenas.ts';
import type { Guard, GuardInput } from './guard.ts';

/** A list of the NAS is empty although volumes need something of it. */
export const emptyList: Guard = (input) => {
  const { meta, scope } = input;
  const empty = meta.needs.nas?.find((name) => {
    const section = scope.nas?.sections[name];
    return section?.ok === true && section.items.length === 0 && isNeededBySome(name, input);
  });
  if (empty !== undefined) {
    const because = `nas/${scope.nas?.name} answers an empty list of ${empty} while PersistentVolumes point at it`;
    return [{ guard: 'empty-list', because, source: `nas/${scope.nas?.name}` }];
  }
  const nodes = meta.needs.cluster?.includes('nodes') === true ? scope.cluster?.sections.nodes : undefined;
  if (nodes?.ok !== true || nodes.items.length > 0) return [];
  const source = `cluster/${scope.cluster?.name}`;
  return [{ guard: 'empty-list', because: `${source} answers an empty list of nodes`, source }];
};

const protocols: Partial<Record<NasSectionName, string>> = {
  nfsShares: 'nfs',
  smbShares: 'smb',
  iscsiTargets: 'iscsi',
  iscsiExtents: 'iscsi',
  iscsiTargetExtents: 'iscsi',
  nvmeSubsystems: 'nvmeof',
  nvmeNamespaces: 'nvmeof',
};

/** One volume without a share is a finding; a list without any share at all, while two volumes need one, is not believed. */
const fewestOfProtocol = 2;

function isNeededBySome(name: NasSectionName, { scope }: GuardInput): boolean {
  const { volumes, contents } = scope.links;
  if (name === 'datasets' || name === 'pools') return volumes.length > 0;
  if (name === 'snapshots') return contents.some(({ content }) => content.snapshotHandle?.includes('@') === true);
  const protocol = protocols[name];
  return protocol !== undefined && volumes.filter((link) => protocolOf(link) === protocol).length >= fewestOfProtocol;
}

function protocolOf({ volume, backend }: VolumeLink): string | undefined {
  const known = backend?.protocol;
  if (known !== undefined && known !== 'mixed' && known !== 'unknown') return known;
  const own = volume.csi?.attributes;
  return own?.['protocol'] ?? own?.['node_attach_driver'];
}
