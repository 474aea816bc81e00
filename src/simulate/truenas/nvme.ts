import type { NvmeState } from '../estate.ts';
import type { Context } from './context.ts';
import type { Row } from './query.ts';
import { zvolPath } from './zvol.ts';

/** Rows of `nvmet.subsys.query`; `hosts`, `namespaces` and `ports` only with `extra.verbose`. */
export function subsystemRows(context: Context, extra: Row): readonly Row[] {
  const { nvme } = context.state;
  return nvme.subsystems.map((subsystem) => ({
    ...subsystemRow(subsystem),
    ...(extra['verbose'] === true && {
      hosts: hostsOf(nvme).flatMap(({ id, subsystems }) => (subsystems.includes(subsystem.id) ? [id] : [])),
      namespaces: nvme.namespaces.filter((namespace) => namespace.subsystem === subsystem.id).map(({ id }) => id),
      ports: nvme.ports.filter((port) => port.subsystems.includes(subsystem.id)).map(({ id }) => id),
    }),
  }));
}

function subsystemRow({ id, name, nqn }: NvmeState['subsystems'][number]): Row {
  return {
    id,
    name,
    subnqn: nqn,
    serial: String(id).padStart(20, '0'),
    allow_any_host: true,
    pi_enable: null,
    qid_max: null,
    ieee_oui: null,
    ana: null,
  };
}

/** A subsystem inside another row: 25.10 has nulls where 26 has nothing. */
function nested(id: number, { state: { nvme }, release }: Context): Row | undefined {
  const subsystem = nvme.subsystems.find((candidate) => candidate.id === id);
  if (subsystem === undefined) return undefined;
  return { ...subsystemRow(subsystem), ...(release === '25.10' && { hosts: null, namespaces: null, ports: null }) };
}

/** Rows of `nvmet.namespace.query`. */
export function namespaceRows(context: Context): readonly Row[] {
  return context.state.nvme.namespaces.map((namespace) => ({
    id: namespace.id,
    nsid: namespace.nsid,
    subsys: nested(namespace.subsystem, context),
    device_type: 'ZVOL',
    device_path: zvolPath(namespace.zvol),
    ...(context.release === '26' && { dataset: namespace.zvol, relative_path: '' }),
    filesize: null,
    device_uuid: uuid(namespace.id, 1),
    device_nguid: uuid(namespace.id, 2),
    enabled: namespace.enabled,
    locked: context.fileSystem.nodes.get(namespace.zvol)?.locked === true,
  }));
}

function uuid(id: number, kind: number): string {
  return `00000000-0000-4000-800${kind}-${String(id).padStart(12, '0')}`;
}

/** Rows of `nvmet.port.query`. */
export function portRows({ state: { nvme } }: Context): readonly Row[] {
  return nvme.ports.map(portRow);
}

function portRow({ id, address, port }: NvmeState['ports'][number]): Row {
  return {
    id,
    index: id,
    addr_trtype: 'TCP',
    addr_trsvcid: port,
    addr_traddr: address,
    addr_adrfam: address.includes(':') ? 'IPV6' : 'IPV4',
    inline_data_size: null,
    max_queue_size: null,
    pi_enable: null,
    enabled: true,
  };
}

/** Rows of `nvmet.port_subsys.query`. */
export function portSubsystemRows(context: Context): readonly Row[] {
  const links = context.state.nvme.ports.flatMap((port) => port.subsystems.map((subsystem) => ({ port, subsystem })));
  return links.map(({ port, subsystem }, index) => ({
    id: index + 1,
    port: portRow(port),
    subsys: nested(subsystem, context),
  }));
}

/** Rows of `nvmet.host.query`: the hosts that ever connected. */
export function hostRows(context: Context): readonly Row[] {
  return hostsOf(context.state.nvme).map(({ id, nqn }) => hostRow(id, nqn, context));
}

function hostRow(id: number, nqn: string, { release }: Context): Row {
  return {
    id,
    hostnqn: nqn,
    ...(release === '26' && { description: '' }),
    dhchap_key: null,
    dhchap_ctrl_key: null,
    dhchap_dhgroup: null,
    dhchap_hash: 'SHA-256',
  };
}

/** Rows of `nvmet.host_subsys.query`. */
export function hostSubsystemRows(context: Context): readonly Row[] {
  const links = hostsOf(context.state.nvme).flatMap((host) =>
    host.subsystems.map((subsystem) => ({ host, subsystem })),
  );
  return links.map(({ host, subsystem }, index) => ({
    id: index + 1,
    host: hostRow(host.id, host.nqn, context),
    subsys: nested(subsystem, context),
  }));
}

interface Host {
  readonly id: number;
  readonly nqn: string;
  readonly subsystems: readonly number[];
}

function hostsOf(nvme: NvmeState): readonly Host[] {
  const names = [...new Set(nvme.sessions.map(({ host }) => host))];
  return names.map((nqn, index) => ({
    id: index + 1,
    nqn,
    subsystems: nvme.sessions.filter(({ host }) => host === nqn).flatMap((session) => idOf(nvme, session.subsystem)),
  }));
}

function idOf(nvme: NvmeState, name: string): readonly number[] {
  return nvme.subsystems.filter((subsystem) => subsystem.name === name || subsystem.nqn === name).map(({ id }) => id);
}

/** `nvmet.global.config` */
export function nvmeConfig(): Row {
  return {
    id: 1,
    basenqn: 'nqn.2011-06.com.truenas:uuid:00000000-0000-4000-8000-000000000001',
    kernel: true,
    ana: false,
    rdma: false,
    xport_referral: true,
  };
}

/** Rows of `nvmet.global.sessions`. */
export function nvmeSessionRows({ state: { nvme } }: Context): readonly Row[] {
  return nvme.sessions.flatMap(({ host, subsystem }, index) =>
    idOf(nvme, subsystem).map((id) => ({
      host_traddr: '192.0.2.21',
      hostnqn: host,
      subsys_id: id,
      port_id: nvme.ports.find((port) => port.subsystems.includes(id))?.id ?? 1,
      ctrl: index + 1,
    })),
  );
}
