import { z } from 'zod';
import type {
  IscsiExtent,
  IscsiGlobal,
  IscsiInitiator,
  IscsiPortal,
  IscsiTarget,
  IscsiTargetExtent,
} from '../../../model/truenas.ts';
import type { SectionAnswer } from '../../section.ts';
import { known, Lenient, parseRow, parseRows, Unread } from '../rows.ts';
import { isRecord } from '../wire.ts';
import { type NasContext, query } from './context.ts';
import { zvolOf } from './zvol-path.ts';

/** Ids count from 0 on some systems. */
const Id = z.number().int();

const TargetRow = z.object({ id: Id, name: z.string().min(1), alias: Unread, groups: Unread });

export async function readIscsiTargets(context: NasContext): Promise<SectionAnswer<IscsiTarget>> {
  return toIscsiTargets(await query(context, 'iscsi.target.query', Object.keys(TargetRow.shape)));
}

export function toIscsiTargets(answer: unknown) {
  const lenient = new Lenient();
  const items = parseRows('iscsi.target.query', TargetRow, answer).map(
    (row): IscsiTarget =>
      known({
        id: row.id,
        name: row.name,
        alias: lenient.text(row.alias, 'alias') || undefined,
        groups: groupsOf(row.groups, lenient),
      }),
  );
  return { items, unreadable: lenient.unreadable };
}

function groupsOf(groups: unknown, lenient: Lenient): IscsiTarget['groups'] {
  if (!Array.isArray(groups) || !groups.every(isRecord)) {
    if (groups !== undefined) lenient.miss('groups');
    return [];
  }
  return groups.map((group) =>
    known({
      portal: lenient.integer(group['portal'], 'groups.portal'),
      initiator: lenient.integer(group['initiator'], 'groups.initiator'),
      authMethod: lenient.text(group['authmethod'], 'groups.authMethod'),
      auth: lenient.integer(group['auth'], 'groups.auth'),
    }),
  );
}

const ExtentRow = z.object({
  id: Id,
  name: z.string().min(1),
  type: z.enum(['DISK', 'FILE']),
  disk: z.string().nullish(),
  path: z.string().nullish(),
  comment: Unread,
  enabled: Unread,
  locked: Unread,
});

export async function readIscsiExtents(context: NasContext): Promise<SectionAnswer<IscsiExtent>> {
  return toIscsiExtents(await query(context, 'iscsi.extent.query', Object.keys(ExtentRow.shape)));
}

export function toIscsiExtents(answer: unknown) {
  const lenient = new Lenient();
  const items = parseRows('iscsi.extent.query', ExtentRow, answer).map((row): IscsiExtent => {
    const device = row.disk ?? row.path ?? undefined;
    return known({
      id: row.id,
      name: row.name,
      type: row.type,
      zvol: row.type === 'DISK' ? zvolOf(device) : undefined,
      path: (row.type === 'DISK' ? device : row.path) || undefined,
      comment: lenient.text(row.comment, 'comment') ?? '',
      enabled: lenient.boolean(row.enabled, 'enabled') ?? true,
      locked: lenient.boolean(row.locked, 'locked'),
    });
  });
  return { items, unreadable: lenient.unreadable };
}

const TargetExtentRow = z.object({ id: Id, target: Id, extent: Id, lunid: Unread });

export async function readIscsiTargetExtents(context: NasContext): Promise<SectionAnswer<IscsiTargetExtent>> {
  return toIscsiTargetExtents(await query(context, 'iscsi.targetextent.query', Object.keys(TargetExtentRow.shape)));
}

export function toIscsiTargetExtents(answer: unknown) {
  const lenient = new Lenient();
  const items = parseRows('iscsi.targetextent.query', TargetExtentRow, answer).map(
    (row): IscsiTargetExtent =>
      known({ id: row.id, target: row.target, extent: row.extent, lun: lenient.integer(row.lunid, 'lun') }),
  );
  return { items, unreadable: lenient.unreadable };
}

const PortalRow = z.object({ id: Id, comment: Unread, listen: Unread });

export async function readIscsiPortals(context: NasContext): Promise<SectionAnswer<IscsiPortal>> {
  return toIscsiPortals(await query(context, 'iscsi.portal.query', Object.keys(PortalRow.shape)));
}

export function toIscsiPortals(answer: unknown) {
  const lenient = new Lenient();
  const items = parseRows('iscsi.portal.query', PortalRow, answer).map((row): IscsiPortal => {
    const listen = Array.isArray(row.listen) ? row.listen.filter(isRecord) : [];
    return {
      id: row.id,
      comment: lenient.text(row.comment, 'comment') ?? '',
      listen: listen.flatMap((at) => {
        const ip = lenient.text(at['ip'], 'listen.ip');
        return ip === undefined ? [] : [known({ ip, port: lenient.integer(at['port'], 'listen.port') })];
      }),
    };
  });
  return { items, unreadable: lenient.unreadable };
}

const InitiatorRow = z.object({ id: Id, initiators: Unread, comment: Unread });

export async function readIscsiInitiators(context: NasContext): Promise<SectionAnswer<IscsiInitiator>> {
  return toIscsiInitiators(await query(context, 'iscsi.initiator.query', Object.keys(InitiatorRow.shape)));
}

export function toIscsiInitiators(answer: unknown) {
  const lenient = new Lenient();
  const items = parseRows('iscsi.initiator.query', InitiatorRow, answer).map(
    (row): IscsiInitiator => ({
      id: row.id,
      initiators: lenient.texts(row.initiators, 'initiators'),
      comment: lenient.text(row.comment, 'comment') ?? '',
    }),
  );
  return { items, unreadable: lenient.unreadable };
}

const GlobalRow = z.object({ basename: z.string().min(1), listen_port: Unread });

export async function readIscsiGlobal({ client, signal }: NasContext): Promise<SectionAnswer<IscsiGlobal>> {
  const row = parseRow('iscsi.global.config', GlobalRow, await client.call('iscsi.global.config', [], { signal }));
  const lenient = new Lenient();
  const items = [known({ basename: row.basename, listenPort: lenient.integer(row.listen_port, 'listenPort') })];
  return { items, unreadable: lenient.unreadable };
}
