import type { DriverFamily } from '../model/backend.ts';
import type { InlineVolume, PersistentVolume } from '../model/kubernetes.ts';
import type { BackendInfo } from '../model/scan-result.ts';

/** What a volume's own attributes say about the driver that made it. Names are free text, so they are the last resort. */
export interface DriverTraits {
  readonly family: DriverFamily;
  readonly protocol: BackendInfo['protocol'];
  readonly instanceId?: string;
  /** Set when the volume is not ours to judge although we know its driver. */
  readonly outOfReach?: string;
  readonly reach?: 'static' | 'outside';
}

const onTrueNas = /^(?:freenas|truenas)-(?:api-)?(nfs|smb|iscsi|nvmeof)$/;
const elsewhere = /^(?:zfs-generic|zfs-local|synology|nfs-client|smb-client|lustre-client|local-hostpath|objectivefs)/;

export function driverTraits(volume: PersistentVolume): DriverTraits | undefined {
  const csi = volume.csi;
  if (csi === undefined) return undefined;
  const { provisioner_driver: provisioner = '', provisioner_driver_instance_id: instanceId } = csi.attributes;
  const protocol = onTrueNas.exec(provisioner)?.[1] as BackendInfo['protocol'] | undefined;
  if (protocol !== undefined) {
    return { family: 'democratic-csi', protocol, ...(instanceId !== undefined && { instanceId }) };
  }
  if (elsewhere.test(provisioner)) {
    const outOfReach = `driver ${provisioner} keeps its volumes outside the TrueNAS databases`;
    return { family: 'democratic-csi', protocol: 'unknown', outOfReach, reach: 'outside' };
  }
  if (provisioner === 'node-manual') {
    return { family: 'democratic-csi', protocol: 'unknown', outOfReach: 'static volume', reach: 'static' };
  }
  if (isTrueNasCsiName(csi.driver)) return { family: 'truenas-csi', protocol: protocolOf(csi.attributes['protocol']) };
  return undefined;
}

/** The official driver's name, also with a prefix for several appliances (`nas-a.csi.truenas.io`). */
export function isTrueNasCsiName(driver: string): boolean {
  return driver === 'csi.truenas.io' || driver.endsWith('.csi.truenas.io');
}

export function familyOfName(driver: string): DriverFamily {
  return isTrueNasCsiName(driver) ? 'truenas-csi' : 'democratic-csi';
}

/** A static volume was written by hand: its handle says nothing about where it lies. */
export function isStatic(volume: PersistentVolume): boolean {
  return volume.provisionedBy === undefined || volume.csi?.attributes['provisioner_driver'] === 'node-manual';
}

function protocolOf(text: string | undefined): BackendInfo['protocol'] {
  return text === 'iscsi' || text === 'nvmeof' || text === 'smb' ? text : 'nfs';
}

/** Host that serves the volume, as the PersistentVolume names it: `10.9.0.5`, never with a port. */
export function serverOf(volume: PersistentVolume): string | undefined {
  const attributes = volume.csi?.attributes ?? {};
  const text =
    attributes['server'] ??
    attributes['nfsServer'] ??
    attributes['portal'] ??
    attributes['targetPortal'] ??
    transportHost(attributes['transport']) ??
    hostOfSource(attributes['source']) ??
    volume.nfs?.server ??
    volume.iscsi?.portals[0];
  return text === undefined || text === '' ? undefined : hostOf(text);
}

/** Path that an NFS volume mounts, wherever it is written. */
export function nfsPathOf(volume: PersistentVolume): string | undefined {
  return volume.csi?.attributes['share'] ?? volume.csi?.attributes['nfsPath'] ?? volume.nfs?.path;
}

export function iqnOf(volume: PersistentVolume): string | undefined {
  return volume.csi?.attributes['iqn'] ?? volume.csi?.attributes['targetIQN'] ?? volume.iscsi?.iqn;
}

/** What something names on a NAS, each in the words of its protocol. */
export interface Place {
  readonly server?: string | undefined;
  readonly path?: string | undefined;
  /** In small letters, for SMB tells no cases apart. */
  readonly smbShare?: string | undefined;
  readonly iqn?: string | undefined;
  readonly nqn?: string | undefined;
}

/** Where a PersistentVolume of any driver points, a hand-written one too. */
export function placeOfVolume(volume: PersistentVolume): Place {
  const attributes = volume.csi?.attributes ?? {};
  return {
    server: serverOf(volume),
    path: nfsPathOf(volume),
    smbShare: smbShareOf(attributes),
    iqn: iqnOf(volume),
    nqn: attributes['nqn'],
  };
}

/** Where a pod's inline volume points. */
export function placeOfInline(inline: InlineVolume): Place {
  if (inline.kind === 'nfs') return { server: inline.server, path: inline.path };
  if (inline.kind === 'iscsi') return { server: hostOf(inline.portal), iqn: inline.iqn };
  const { server, share, nfsPath, iqn, targetIQN, nqn, source } = inline.attributes;
  return {
    server: server ?? hostOfSource(source),
    path: share ?? nfsPath,
    smbShare: smbShareOf(inline.attributes),
    iqn: iqn ?? targetIQN,
    nqn,
  };
}

/** `share: media/folder` of democratic-csi, or csi-driver-smb's `source: //server/media`. */
function smbShareOf({ share, source }: Readonly<Record<string, string>>): string | undefined {
  const [, name] = /^(?:\/\/[^/]+\/)?([^/]+)/.exec(share ?? source ?? '') ?? [];
  return name?.toLowerCase();
}

function hostOfSource(source: string | undefined): string | undefined {
  return /^\/\/([^/]+)\//.exec(source ?? '')?.[1];
}

/** `host:port`, `[v6]:port` or a bare host. */
export function hostOf(text: string): string {
  const v6 = /^\[([^\]]+)\]/.exec(text);
  if (v6?.[1] !== undefined) return v6[1];
  const parts = text.split(':');
  return parts.length === 2 ? (parts[0] ?? text) : text;
}

/** democratic-csi nvmeof: `tcp://host:port`. */
function transportHost(transport: string | undefined): string | undefined {
  return transport?.replace(/^\w+:\/\//, '');
}
