import { z } from 'zod';
import type { NasAlert, NasService } from '../../../model/truenas.ts';
import type { SectionAnswer } from '../../section.ts';
import { known, Lenient, parseRows, Unread } from '../rows.ts';
import { dateOf } from '../wire.ts';
import { type NasContext, query } from './context.ts';

const AlertRow = z.object({
  id: Unread,
  uuid: Unread,
  klass: Unread,
  level: Unread,
  formatted: Unread,
  text: Unread,
  datetime: Unread,
  dismissed: Unread,
});

/** alert.list takes no options: the whole rows come. */
export async function readAlerts({ client, signal }: NasContext): Promise<SectionAnswer<NasAlert>> {
  return toAlerts(await client.call('alert.list', [], { signal }));
}

export function toAlerts(answer: unknown) {
  const lenient = new Lenient();
  const items = parseRows('alert.list', AlertRow, answer).map(
    (row): NasAlert =>
      known({
        id: lenient.text(row.id ?? row.uuid, 'id') ?? '',
        klass: lenient.text(row.klass, 'klass') ?? '',
        level: lenient.text(row.level, 'level') ?? '',
        text: lenient.text(row.formatted ?? row.text, 'text') ?? '',
        at: dateOf(row.datetime),
        dismissed: lenient.boolean(row.dismissed, 'dismissed') ?? false,
      }),
  );
  return { items, unreadable: lenient.unreadable };
}

const ServiceRow = z.object({ service: z.string().min(1), enable: z.boolean(), state: z.string() });

export async function readServices(context: NasContext): Promise<SectionAnswer<NasService>> {
  return toServices(await query(context, 'service.query', Object.keys(ServiceRow.shape)));
}

export function toServices(answer: unknown): { items: NasService[] } {
  const rows = parseRows('service.query', ServiceRow, answer);
  return {
    items: rows.map((row) => ({ name: row.service, isEnabled: row.enable, isRunning: row.state === 'RUNNING' })),
  };
}
