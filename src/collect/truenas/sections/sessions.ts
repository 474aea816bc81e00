import { z } from 'zod';
import type { Session } from '../../../model/truenas.ts';
import type { SectionAnswer } from '../../section.ts';
import { isAtLeast, isCore } from '../release.ts';
import { known, parseRows, Unread } from '../rows.ts';
import { type NasContext, orAbsent, query } from './context.ts';
import { hasNvme, noNvme } from './nvme.ts';

const IscsiRow = z.object({ initiator: z.string(), initiator_addr: Unread, target: z.string().min(1) });

/** Every release has it. */
export async function readIscsiSessions(context: NasContext): Promise<SectionAnswer<Session>> {
  return toIscsiSessions(await query(context, 'iscsi.global.sessions', Object.keys(IscsiRow.shape)));
}

export function toIscsiSessions(answer: unknown): Session[] {
  return parseRows('iscsi.global.sessions', IscsiRow, answer).map((row) => ({
    protocol: 'iscsi',
    client: typeof row.initiator_addr === 'string' ? `${row.initiator} (${row.initiator_addr})` : row.initiator,
    object: row.target,
  }));
}

const Nfs3Row = z.object({ ip: z.string(), export: z.string() });
/** NFSv4 clients do not say which export they use. */
const Nfs4Row = z.object({ id: Unread, info: Unread });
const Nfs4Info = z.object({ address: z.string() });

/** Both lists or none: one alone would make a client of the other invisible. */
export function readNfsClients(context: NasContext): Promise<SectionAnswer<Session>> {
  return orAbsent(context, 'nfs.get_nfs3_clients', !isAtLeast(context.release, 22, 12), async () => {
    const [version3, version4] = await Promise.all([
      query(context, 'nfs.get_nfs3_clients', Object.keys(Nfs3Row.shape)),
      query(context, 'nfs.get_nfs4_clients', Object.keys(Nfs4Row.shape)),
    ]);
    return [...toNfs3Clients(version3), ...toNfs4Clients(version4)];
  });
}

export function toNfs3Clients(answer: unknown): Session[] {
  return parseRows('nfs.get_nfs3_clients', Nfs3Row, answer).map((row) => ({
    protocol: 'nfs',
    client: row.ip,
    object: row.export,
  }));
}

export function toNfs4Clients(answer: unknown): Session[] {
  return parseRows('nfs.get_nfs4_clients', Nfs4Row, answer).map((row) => {
    const info = Nfs4Info.safeParse(row.info);
    return { protocol: 'nfs', client: info.success ? info.data.address.replace(/:\d+$/, '') : 'unknown' };
  });
}

const SmbRow = z.object({ service: z.string().min(1), machine: Unread });

export function readSmbSessions(context: NasContext): Promise<SectionAnswer<Session>> {
  const { client, signal } = context;
  const params = client.transport === 'rest' ? [{ info_level: 'SHARES' }] : ['SHARES'];
  const mayLack = isCore(context.release) || isAtLeast(context.release, 26, 0);
  return orAbsent(context, 'smb.status', mayLack, async () =>
    toSmbSessions(await client.call('smb.status', params, { signal })),
  );
}

export function toSmbSessions(answer: unknown): Session[] {
  return parseRows('smb.status', SmbRow, answer).map((row) => ({
    protocol: 'smb',
    client: typeof row.machine === 'string' ? row.machine : 'unknown',
    object: row.service,
  }));
}

const NvmeRow = z.object({ host_traddr: Unread, hostnqn: Unread, subsys_id: z.number().int() });
const SubsystemName = z.object({ id: z.number().int(), name: z.string(), subnqn: Unread });

export async function readNvmeSessions(context: NasContext): Promise<SectionAnswer<Session>> {
  if (!hasNvme(context)) return noNvme(context);
  const method = 'nvmet.global.sessions';
  return orAbsent(context, method, true, async () => {
    const answer = await query(context, method, Object.keys(NvmeRow.shape));
    if (Array.isArray(answer) && answer.length === 0) return [];
    return toNvmeSessions(answer, await query(context, 'nvmet.subsys.query', Object.keys(SubsystemName.shape)));
  });
}

export function toNvmeSessions(answer: unknown, subsystems: unknown): Session[] {
  const names = new Map(
    parseRows('nvmet.subsys.query', SubsystemName, subsystems).map((row) => [
      row.id,
      typeof row.subnqn === 'string' ? row.subnqn : row.name,
    ]),
  );
  return parseRows('nvmet.global.sessions', NvmeRow, answer).map((row) => {
    const host = [row.hostnqn, row.host_traddr].find((part) => typeof part === 'string' && part !== '');
    return known({ protocol: 'nvmeof' as const, client: String(host ?? 'unknown'), object: names.get(row.subsys_id) });
  });
}
