import type { Backend } from '../model/backend.ts';

type Parameters = Readonly<Record<string, string>>;

/** What is wrong with a StorageClass's parameters for this driver. Names from the drivers' documentation. */
export function classParameterProblems(
  family: Backend['family'],
  protocol: Backend['protocol'],
  parameters: Parameters,
  secretKeys: readonly string[],
): string[] {
  const own = Object.entries(parameters).filter(([key]) => !key.startsWith('csi.storage.k8s.io/'));
  const used = protocolOf(family, protocol, parameters);
  return [
    ...fsTypeProblems(used, parameters),
    ...own.flatMap(([key, value]) => (family === 'truenas-csi' ? trueNasCsi : democratic)(key, value)),
    ...(family === 'truenas-csi' ? secretKeys.flatMap((key) => trueNasCsi(key, undefined)) : []),
  ];
}

function protocolOf(family: Backend['family'], protocol: Backend['protocol'], parameters: Parameters): string {
  return family === 'truenas-csi' ? (parameters['protocol'] ?? 'nfs') : protocol;
}

const fileProtocols: Readonly<Record<string, readonly string[]>> = { nfs: ['nfs', 'nfs4'], smb: ['cifs', 'smb'] };
const blockFileSystems = ['ext2', 'ext3', 'ext4', 'xfs', 'btrfs', 'ntfs'];

function fsTypeProblems(protocol: string, parameters: Parameters): string[] {
  const plain = parameters['fsType'] ?? parameters['fstype'];
  const prefixed = parameters['csi.storage.k8s.io/fstype'];
  if (plain !== undefined && prefixed !== undefined) {
    return ['both fsType and csi.storage.k8s.io/fstype are given: the provisioner refuses that'];
  }
  const fsType = (prefixed ?? plain)?.toLowerCase();
  if (fsType === undefined) return [];
  const files = fileProtocols[protocol];
  if (files !== undefined && blockFileSystems.includes(fsType))
    return [`${fsType} cannot be made on an ${protocol} share`];
  const isBlock = protocol === 'iscsi' || protocol === 'nvmeof';
  if (isBlock && !blockFileSystems.includes(fsType)) return [`${fsType} is no file system for a ${protocol} disk`];
  return [];
}

const switches = ['detachedVolumesFromSnapshots', 'detachedVolumesFromVolumes', 'load-config-from-pvc'];
const democraticKeys = [...switches, 'fsType', 'fstype', 'config'];

function democratic(key: string, value: string): string[] {
  const name = key.startsWith('democratic-csi.org/') ? key.slice(key.lastIndexOf('/') + 1) : key;
  if (!democraticKeys.includes(name)) return [`democratic-csi knows no parameter ${key}`];
  return switches.includes(name) ? wantBoolean(key, value) : [];
}

const trueNasKeys = [
  'protocol pool datasetPath compression sync sparse volblocksize forceDelete deleteExtentsWithTarget fsType fstype',
  'nfs.hosts nfs.networks nfs.mountOptions nfs.mapAllUser nfs.mapAllGroup nfs.rootSquash',
  'iscsi.blocksize iscsi.iqn-base iscsi.iqn-prefix iscsi.initiators iscsi.chapUser iscsi.chapSecret',
  'iscsi.chapPeerUser iscsi.chapPeerSecret iscsi.multipathEnabled iscsi.persistentSessions',
  'nvmeof.hostNQN nvmeof.dhchapKey nvmeof.dhchapCtrlKey nvmeof.dhchapHash nvmeof.dhchapDHGroup',
  'snapshot.schedule snapshot.naming snapshot.retention snapshot.retentionUnit snapshot.recursive',
].flatMap((line) => line.split(' '));
const trueNasSwitches = ['sparse', 'forceDelete', 'deleteExtentsWithTarget', 'snapshot.recursive'];

function trueNasCsi(key: string, value: string | undefined): string[] {
  if (key.startsWith('zfs.') || key.startsWith('encryption')) return [];
  if (!trueNasKeys.includes(key)) return [`csi.truenas.io knows no parameter ${key}`];
  if (value === undefined) return [];
  if (key === 'protocol' && !['nfs', 'iscsi', 'nvmeof'].includes(value)) {
    return [`protocol ${value} is none of nfs, iscsi, nvmeof`];
  }
  return trueNasSwitches.includes(key) ? wantBoolean(key, value) : [];
}

function wantBoolean(key: string, value: string): string[] {
  return value === 'true' || value === 'false' ? [] : [`${key} must be "true" or "false", not "${value}"`];
}
