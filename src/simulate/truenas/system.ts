import type { Context } from './context.ts';
import type { Row } from './query.ts';
import { isSince, versionsOf } from './release.ts';

const upForSeconds = 4_022_090.823465;

/** `system.info` */
export function systemInfo({ state, release, now }: Context): Row {
  return {
    version: versionsOf(release).info,
    buildtime: { $date: 1_755_000_000_000 },
    hostname: state.hostname,
    physmem: 66_513_752_064,
    model: 'Simulated CPU @ 2.40GHz',
    cores: 16,
    ...(release !== 'core-13' && { physical_cores: 8 }),
    loadavg: [0.31884765625, 0.27099609375, 0.255859375],
    uptime: '46 days, 13:14:50.823465',
    uptime_seconds: upForSeconds,
    system_serial: 'System Serial Number',
    system_product: 'Simulator',
    system_product_version: '1.0',
    ...(isSince(release, '25.10') || release === 'core-13' ? { license: null } : {}),
    boottime: { $date: now.getTime() - Math.round(upForSeconds * 1000) },
    datetime: { $date: now.getTime() },
    ...(!isSince(release, '24.10') && { birthday: { $date: 1_621_532_912_686 } }),
    timezone: 'Europe/Berlin',
    system_manufacturer: 'Strandline',
    ecc_memory: true,
  };
}

/** `system.product_type` */
export function productType({ release }: Context): string {
  if (release === 'core-13') return 'CORE';
  return isSince(release, '25.04') ? 'COMMUNITY_EDITION' : 'SCALE';
}

/** Rows of `alert.list`: those of the state, and those that the NAS raised while it was talked to. */
export function alertRows({ state, raised, now }: Context): readonly Row[] {
  const own = raised.map(({ klass, text }, index) => ({
    id: `00000000-0000-4000-8000-9${String(index).padStart(11, '0')}`,
    klass,
    level: 'WARNING',
    text,
    at: now.toISOString(),
    dismissed: false,
  }));
  return [...state.alerts, ...own].map((alert) => ({
    uuid: alert.id,
    source: alert.klass,
    klass: alert.klass,
    args: {},
    node: 'Controller A',
    key: JSON.stringify({ id: alert.id }),
    datetime: { $date: Date.parse(alert.at) },
    last_occurrence: { $date: Date.parse(alert.at) },
    dismissed: alert.dismissed,
    mail: null,
    text: alert.text,
    id: alert.id,
    level: alert.level,
    formatted: alert.text,
    one_shot: false,
  }));
}

/** Rows of `service.query`. */
export function serviceRows({ state }: Context): readonly Row[] {
  return state.services.map(({ service, enable, running }, index) => ({
    id: index + 1,
    service,
    enable,
    state: running ? 'RUNNING' : 'STOPPED',
    pids: running ? [9000 + index] : [],
  }));
}

/** Rows of `nfs.get_nfs3_clients`: the mount table, which may be out of date. */
export function nfs3Rows({ state }: Context): readonly Row[] {
  return state.nfsClients
    .filter(({ version }) => version === 3)
    .map(({ address, export: path }) => ({ ip: address, export: path }));
}

/** Rows of `nfs.get_nfs4_clients`: who is connected, and the files that are open; not the export. */
export function nfs4Rows({ state }: Context): readonly Row[] {
  return state.nfsClients
    .filter(({ version }) => version === 4)
    .map(({ address }, index) => ({
      id: String(index + 1),
      info: {
        clientid: 6_273_260_596_088 + index,
        address: `${address}:790`,
        status: 'confirmed',
        'seconds from last renew': 45,
        name: `Linux NFSv4.2 node-${index + 1}`,
        'minor version': 2,
        'callback state': 'UP',
        'callback address': `${address}:0`,
      },
      states: [],
    }));
}

/** `smb.status` by level: sessions (with their shares), or share connections. */
export function smbStatus({ state, now }: Context, level: string): readonly Row[] {
  const shares = state.smbSessions.map(({ share, machine }, index) => ({
    service: share,
    server_id: { pid: String(2000 + index), task_id: '0', vnn: '4294967295', unique_id: '1' },
    tcon_id: String(100 + index),
    session_id: String(1000 + index),
    machine,
    connected_at: now.toISOString(),
    encryption: { cipher: '-', degree: 'none' },
    signing: { cipher: '-', degree: 'none' },
  }));
  if (level === 'SHARES') return shares;
  if (level !== 'ALL' && level !== 'SESSIONS') return [];
  return shares.map((share) => ({
    session_id: share.session_id,
    server_id: share.server_id,
    uid: 3000,
    gid: 3000,
    username: 'nobody',
    remote_machine: share.machine,
    hostname: `ipv4:${share.machine}:50000`,
    session_dialect: 'SMB3_11',
    ...(level === 'ALL' && { share_connections: [share] }),
  }));
}
