import type { IscsiState } from '../estate.ts';
import type { Context } from './context.ts';
import type { Row } from './query.ts';
import { isSince } from './release.ts';
import { zvolPath } from './zvol.ts';

/** Rows of `iscsi.target.query`. */
export function targetRows({ state: { iscsi }, release }: Context): readonly Row[] {
  return iscsi.targets.map((target) => ({
    id: target.id,
    name: target.name,
    alias: target.alias ?? null,
    mode: 'ISCSI',
    groups: [
      {
        portal: target.portal,
        initiator: target.initiator,
        auth: target.auth ?? null,
        authmethod: target.authMethod ?? 'NONE',
      },
    ],
    ...(isSince(release, '22.12') && { auth_networks: [] }),
    ...(isSince(release, '24.10') && { rel_tgt_id: target.id }),
    ...(isSince(release, '25.04') && { iscsi_parameters: null }),
  }));
}

/** Rows of `iscsi.extent.query`. */
export function extentRows(context: Context): readonly Row[] {
  return context.state.iscsi.extents.map((extent) => extentRow(extent, context));
}

function extentRow(extent: IscsiState['extents'][number], { release, fileSystem }: Context): Row {
  const path = zvolPath(extent.zvol);
  return {
    id: extent.id,
    name: extent.name,
    serial: `e${String(extent.id).padStart(14, '0')}`,
    type: 'DISK',
    path,
    filesize: '0',
    blocksize: 512,
    pblocksize: false,
    avail_threshold: null,
    comment: extent.comment,
    naa: `0x6589cfc000000${String(extent.id).padStart(19, '0')}`,
    insecure_tpc: true,
    xen: false,
    rpm: 'SSD',
    ro: false,
    enabled: extent.enabled,
    vendor: 'TrueNAS',
    ...(isSince(release, '25.10') && { product_id: 'iSCSI Disk' }),
    disk: path,
    locked: fileSystem.nodes.get(extent.zvol)?.locked === true,
    ...(release === '26' && { dataset: extent.zvol, relative_path: '' }),
  };
}

/** Rows of `iscsi.targetextent.query`. */
export function targetExtentRows({ state: { iscsi } }: Context): readonly Row[] {
  return iscsi.targetExtents.map(({ id, lun, extent, target }) => ({ id, lunid: lun, extent, target }));
}

/** Rows of `iscsi.portal.query`. */
export function portalRows({ state: { iscsi }, release }: Context): readonly Row[] {
  return iscsi.portals.map(({ id, ip, port, comment }) => ({
    id,
    tag: id,
    comment,
    listen: [{ ip, port }],
    ...(!isSince(release, '25.04') && { discovery_authmethod: 'NONE', discovery_authgroup: null }),
  }));
}

/** Rows of `iscsi.initiator.query`; an empty list means anybody. */
export function initiatorRows({ state: { iscsi }, release }: Context): readonly Row[] {
  return iscsi.initiators.map(({ id, initiators, comment }) => ({
    id,
    initiators,
    ...(release === 'core-13' && { auth_network: [] }),
    comment,
  }));
}

/** Rows of `iscsi.auth.query`; secrets only for full administrators. */
export function authRows({ state: { iscsi }, release, user }: Context): readonly Row[] {
  const secret = user?.roles.includes('FULL_ADMIN') === true ? 'simulated-chap-secret' : '********';
  return (iscsi.auths ?? []).map(({ id, tag, user: name }) => ({
    id,
    tag,
    user: name,
    secret,
    peeruser: '',
    peersecret: '',
    ...(isSince(release, '25.04') && { discovery_auth: 'NONE' }),
  }));
}

/** `iscsi.global.config` */
export function iscsiConfig({ state: { iscsi }, release }: Context): Row {
  return {
    id: 1,
    basename: iscsi.basename,
    isns_servers: [],
    pool_avail_threshold: null,
    alua: false,
    ...(isSince(release, '22.12') && { listen_port: 3260 }),
    ...(isSince(release, '25.04') && { iser: false }),
    ...(release === '26' && { direct_config: null, mode: 0 }),
  };
}

/** Rows of `iscsi.global.sessions`: who is connected now. */
export function iscsiSessionRows({ state: { iscsi } }: Context): readonly Row[] {
  return iscsi.sessions.map(({ initiator, address, target }) => ({
    initiator,
    initiator_addr: address,
    initiator_alias: null,
    target: /^(iqn|eui|naa)\./.test(target) ? target : `${iscsi.basename}:${target}`,
    target_alias: iscsi.targets.find(({ name }) => name === target)?.alias ?? '',
    header_digest: null,
    data_digest: null,
    max_data_segment_length: null,
    max_receive_data_segment_length: 262_144,
    max_xmit_data_segment_length: 262_144,
    max_burst_length: 1_048_576,
    first_burst_length: 65_536,
    immediate_data: true,
    iser: false,
    offload: false,
  }));
}
