import type { NfsShareState, SmbShareState } from '../estate.ts';
import type { Context } from './context.ts';
import { datasetOfPath } from './filesystem.ts';
import type { Row } from './query.ts';
import { isSince } from './release.ts';

/** Rows of `sharing.nfs.query`. */
export function nfsRows(context: Context): readonly Row[] {
  return context.state.nfsShares.map((share) => nfsRow(share, context));
}

function nfsRow(share: NfsShareState, context: Context): Row {
  const { release } = context;
  const isCore = release === 'core-13';
  const none = isCore ? '' : null;
  return {
    id: share.id,
    ...(isCore ? { paths: [share.path], alldirs: false } : { path: share.path, aliases: [] }),
    comment: share.comment,
    networks: share.networks ?? [],
    hosts: share.hosts ?? [],
    ro: share.readOnly === true,
    ...(!isSince(release, '24.10') && { quiet: false }),
    maproot_user: share.maprootUser ?? none,
    maproot_group: share.maprootUser === undefined ? none : isCore ? 'wheel' : 'root',
    mapall_user: none,
    mapall_group: none,
    security: [],
    enabled: share.enabled,
    locked: isLocked(share.path, context),
    ...(isSince(release, '25.04') && { expose_snapshots: false }),
    ...(release === '26' && { ...placeOf(share.path, context), tier: null }),
  };
}

function isLocked(path: string, context: Context): boolean {
  return datasetOfPath(context.fileSystem, path)?.node.locked === true;
}

/** 26 says in which dataset a path lies: the nearest one there is. */
function placeOf(path: string, context: Context): Row {
  const place = datasetOfPath(context.fileSystem, path);
  return { dataset: place?.node.state.name ?? null, relative_path: place?.rest ?? null };
}

/** Rows of `sharing.smb.query`: flat up to 25.04, from 25.10 on with `options` by purpose. */
export function smbRows(context: Context): readonly Row[] {
  return context.state.smbShares.map((share) => {
    const locked = share.path === 'EXTERNAL' ? null : isLocked(share.path, context);
    return isSince(context.release, '25.10') ? modernSmb(share, locked, context) : legacySmb(share, locked, context);
  });
}

const audit = { enable: false, watch_list: [], ignore_list: [] };

function modernSmb(share: SmbShareState, locked: boolean | null, context: Context): Row {
  const isExternal = share.path === 'EXTERNAL';
  return {
    id: share.id,
    purpose: isExternal ? 'EXTERNAL_SHARE' : 'DEFAULT_SHARE',
    name: share.name,
    path: share.path,
    ...(context.release === '26' && placeOf(share.path, context)),
    enabled: share.enabled,
    comment: share.comment,
    readonly: false,
    browsable: true,
    access_based_share_enumeration: false,
    locked,
    audit,
    options: isExternal
      ? { remote_path: ['192.0.2.10\\SHARE'] }
      : { aapl_name_mangling: false, hostsallow: [], hostsdeny: [] },
    ...(context.release === '26' && { tier: null }),
  };
}

function legacySmb(share: SmbShareState, locked: boolean | null, { release }: Context): Row {
  return {
    id: share.id,
    purpose: 'DEFAULT_SHARE',
    path: share.path,
    path_suffix: '',
    home: false,
    name: share.name,
    comment: share.comment,
    ro: false,
    browsable: true,
    recyclebin: false,
    guestok: false,
    hostsallow: [],
    hostsdeny: [],
    auxsmbconf: '',
    aapl_name_mangling: true,
    abe: false,
    acl: true,
    durablehandle: true,
    streams: true,
    timemachine: false,
    vuid: '',
    shadowcopy: true,
    fsrvp: false,
    enabled: share.enabled,
    ...(release !== 'core-13' && { timemachine_quota: 0, afp: false, path_local: share.path }),
    ...(release === '22.12' && { cluster_volname: '' }),
    ...(isSince(release, '24.10') && { audit }),
    locked,
  };
}
