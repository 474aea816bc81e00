import type { Collected } from '../../../model/collected.ts';
import type {
  IscsiInitiator,
  IscsiTarget,
  NasInventory,
  NfsShare,
  NvmeSubsystem,
  SmbShare,
} from '../../../model/truenas.ts';
import { type ComplianceRow, notAssessed } from './row.ts';

type Access = Pick<ComplianceRow, 'what' | 'state' | 'says'>;

/** Who may mount what, by every protocol. */
export function listShareAccess({ name, sections }: NasInventory): readonly ComplianceRow[] {
  const where = `nas/${name}`;
  const rows = <T>(what: string, list: Collected<T>, toAccess: (item: T) => Access): readonly ComplianceRow[] =>
    list.ok ? list.items.map((item) => ({ where, ...toAccess(item) })) : [notAssessed(where, what, list.error.message)];
  return [
    ...rows('NFS shares', enabledOf(sections.nfsShares), ofNfs),
    ...rows('SMB shares', enabledOf(sections.smbShares), ofSmb),
    ...rows('iSCSI targets', sections.iscsiTargets, (target) => ofIscsi(target, sections.iscsiInitiators)),
    ...rows('NVMe-oF subsystems', sections.nvmeSubsystems, ofNvme),
  ];
}

function enabledOf<T extends { readonly enabled: boolean }>(list: Collected<T>): Collected<T> {
  return list.ok ? { ...list, items: list.items.filter(({ enabled }) => enabled) } : list;
}

function ofNfs({ paths, networks, hosts, maprootUser, mapallUser }: NfsShare): Access {
  const clients = [...networks, ...hosts];
  const isRoot = maprootUser === 'root' || mapallUser === 'root';
  const who = clients.length === 0 ? 'any client' : clients.join(', ');
  const root = isRoot ? 'root stays root' : `root becomes ${mapallUser ?? maprootUser ?? 'nobody'}`;
  return {
    what: `NFS ${paths.join(', ')}`,
    state: clients.length === 0 ? 'look' : 'right',
    says: `${who}; ${root}`,
  };
}

/** SMB asks everybody for a password, but guests: the addresses come on top. */
function ofSmb({ name, admitsGuests, allowedHosts = [], deniedHosts = [] }: SmbShare): Access {
  const hosts = allowedHosts.length === 0 ? 'any host' : allowedHosts.join(', ');
  const denied = deniedHosts.length === 0 ? '' : `, not ${deniedHosts.join(', ')}`;
  const who = admitsGuests === true ? 'guests without a password' : 'users with a password';
  return {
    what: `SMB ${name}`,
    state: admitsGuests === true ? 'look' : 'right',
    says: `${who}, from ${hosts}${denied}`,
  };
}

function ofIscsi({ name, groups }: IscsiTarget, initiators: Collected<IscsiInitiator>): Access {
  const what = `iSCSI ${name}`;
  if (groups.length === 0) return { what, state: 'right', says: 'no portal offers it' };
  if (!initiators.ok) return { what, state: 'not assessed', says: initiators.error.message };
  const ways = groups.map(({ initiator, authMethod }) => {
    const group = initiators.items.find(({ id }) => id === initiator);
    const hasChap = authMethod !== undefined && authMethod !== 'NONE';
    if (initiator !== undefined && group === undefined)
      return { isOpen: true, says: `its initiator group ${initiator} does not exist` };
    const admitted = group?.initiators ?? [];
    return {
      isOpen: admitted.length === 0 && !hasChap,
      says: `${admitted.length === 0 ? 'any initiator' : admitted.join(', ')}, ${hasChap ? 'with' : 'without'} CHAP`,
    };
  });
  return {
    what,
    state: ways.some(({ isOpen }) => isOpen) ? 'look' : 'right',
    says: [...new Set(ways.map(({ says }) => says))].join('; '),
  };
}

function ofNvme({ name, allowAnyHost }: NvmeSubsystem): Access {
  const what = `NVMe-oF ${name}`;
  if (allowAnyHost === undefined) return { what, state: 'not assessed', says: 'the NAS does not say who is admitted' };
  return allowAnyHost ? { what, state: 'look', says: 'any host' } : { what, state: 'right', says: 'named hosts only' };
}
