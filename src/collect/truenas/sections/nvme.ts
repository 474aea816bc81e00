import { z } from 'zod';
import type { NvmeNamespace, NvmePort, NvmeSubsystem } from '../../../model/truenas.ts';
import type { SectionAnswer } from '../../section.ts';
import { isAtLeast } from '../release.ts';
import { known, Lenient, parseRows, Unread } from '../rows.ts';
import { absent, type NasContext, query } from './context.ts';
import { zvolOf } from './zvol-path.ts';

const Id = z.number().int();

/** NVMe-oF came with 25.10. */
export function hasNvme({ release }: NasContext): boolean {
  return isAtLeast(release, 25, 10);
}

export function noNvme({ release }: NasContext) {
  return absent(`TrueNAS ${release.text} has no NVMe-oF`);
}

const SubsystemRow = z.object({ id: Id, name: z.string().min(1), subnqn: Unread, allow_any_host: Unread });

export async function readNvmeSubsystems(context: NasContext): Promise<SectionAnswer<NvmeSubsystem>> {
  if (!hasNvme(context)) return noNvme(context);
  return toNvmeSubsystems(await query(context, 'nvmet.subsys.query', Object.keys(SubsystemRow.shape)));
}

export function toNvmeSubsystems(answer: unknown) {
  const lenient = new Lenient();
  const items = parseRows('nvmet.subsys.query', SubsystemRow, answer).map(
    (row): NvmeSubsystem =>
      known({
        id: row.id,
        name: row.name,
        nqn: lenient.text(row.subnqn, 'nqn'),
        allowAnyHost: lenient.boolean(row.allow_any_host, 'allowAnyHost'),
      }),
  );
  return { items, unreadable: lenient.unreadable };
}

const NamespaceRow = z.object({
  id: Id,
  nsid: Unread,
  subsys: z.object({ id: Id }),
  device_type: z.string().min(1),
  device_path: z.string().nullish(),
  enabled: Unread,
  locked: Unread,
});

export async function readNvmeNamespaces(context: NasContext): Promise<SectionAnswer<NvmeNamespace>> {
  if (!hasNvme(context)) return noNvme(context);
  return toNvmeNamespaces(await query(context, 'nvmet.namespace.query', Object.keys(NamespaceRow.shape)));
}

export function toNvmeNamespaces(answer: unknown) {
  const lenient = new Lenient();
  const items = parseRows('nvmet.namespace.query', NamespaceRow, answer).map((row): NvmeNamespace => {
    const path = row.device_path ?? undefined;
    return known({
      id: row.id,
      nsid: lenient.integer(row.nsid, 'nsid'),
      subsystem: row.subsys.id,
      deviceType: row.device_type,
      zvol: zvolOf(path),
      path,
      enabled: lenient.boolean(row.enabled, 'enabled') ?? true,
      locked: lenient.boolean(row.locked, 'locked'),
    });
  });
  return { items, unreadable: lenient.unreadable };
}

const PortRow = z.object({ id: Id, addr_trtype: Unread, addr_traddr: Unread, addr_trsvcid: Unread });
const PortSubsystemRow = z.object({ port: z.object({ id: Id }), subsys: z.object({ id: Id }) });

export async function readNvmePorts(context: NasContext): Promise<SectionAnswer<NvmePort>> {
  if (!hasNvme(context)) return noNvme(context);
  const [ports, links] = await Promise.all([
    query(context, 'nvmet.port.query', Object.keys(PortRow.shape)),
    query(context, 'nvmet.port_subsys.query', Object.keys(PortSubsystemRow.shape)),
  ]);
  return toNvmePorts(ports, links);
}

export function toNvmePorts(ports: unknown, links: unknown) {
  const lenient = new Lenient();
  const pairs = parseRows('nvmet.port_subsys.query', PortSubsystemRow, links);
  const items = parseRows('nvmet.port.query', PortRow, ports).map((row): NvmePort => {
    const service = typeof row.addr_trsvcid === 'number' ? String(row.addr_trsvcid) : row.addr_trsvcid;
    return known({
      id: row.id,
      transport: lenient.text(row.addr_trtype, 'transport') ?? '',
      address: lenient.text(row.addr_traddr, 'address') ?? '',
      port: lenient.text(service, 'port'),
      subsystems: pairs.filter((pair) => pair.port.id === row.id).map((pair) => pair.subsys.id),
    });
  });
  return { items, unreadable: lenient.unreadable };
}
