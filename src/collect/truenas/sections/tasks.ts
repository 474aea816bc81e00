import { z } from 'zod';
import type { Replication, SnapshotTask } from '../../../model/truenas.ts';
import type { SectionAnswer } from '../../section.ts';
import { known, Lenient, parseRows, Unread } from '../rows.ts';
import { isRecord } from '../wire.ts';
import { type NasContext, query } from './context.ts';

const TaskRow = z.object({
  id: z.number().int(),
  dataset: z.string().min(1),
  recursive: Unread,
  exclude: Unread,
  naming_schema: Unread,
  lifetime_value: Unread,
  lifetime_unit: Unread,
  enabled: Unread,
});

export async function readSnapshotTasks(context: NasContext): Promise<SectionAnswer<SnapshotTask>> {
  return toSnapshotTasks(await query(context, 'pool.snapshottask.query', Object.keys(TaskRow.shape)));
}

export function toSnapshotTasks(answer: unknown) {
  const lenient = new Lenient();
  const items = parseRows('pool.snapshottask.query', TaskRow, answer).map(
    (row): SnapshotTask =>
      known({
        id: row.id,
        dataset: row.dataset,
        recursive: lenient.boolean(row.recursive, 'recursive') ?? false,
        exclude: lenient.texts(row.exclude, 'exclude'),
        namingSchema: lenient.text(row.naming_schema, 'namingSchema') ?? '',
        lifetimeValue: lenient.integer(row.lifetime_value, 'lifetimeValue'),
        lifetimeUnit: lenient.text(row.lifetime_unit, 'lifetimeUnit'),
        enabled: lenient.boolean(row.enabled, 'enabled') ?? true,
      }),
  );
  return { items, unreadable: lenient.unreadable };
}

/** `ssh_credentials` and `encryption_key` of the row are never selected. */
const ReplicationRow = z.object({
  id: z.number().int(),
  name: z.string(),
  direction: Unread,
  transport: Unread,
  source_datasets: z.array(z.string()),
  target_dataset: z.string(),
  recursive: Unread,
  naming_schema: Unread,
  also_include_naming_schema: Unread,
  name_regex: Unread,
  enabled: Unread,
  state: Unread,
});

export async function readReplications(context: NasContext): Promise<SectionAnswer<Replication>> {
  return toReplications(await query(context, 'replication.query', Object.keys(ReplicationRow.shape)));
}

export function toReplications(answer: unknown) {
  const lenient = new Lenient();
  const items = parseRows('replication.query', ReplicationRow, answer).map(
    (row): Replication =>
      known({
        id: row.id,
        name: row.name,
        direction: lenient.text(row.direction, 'direction') ?? '',
        transport: lenient.text(row.transport, 'transport') ?? '',
        sourceDatasets: row.source_datasets,
        targetDataset: row.target_dataset,
        recursive: lenient.boolean(row.recursive, 'recursive') ?? false,
        namingSchemas: [
          ...lenient.texts(row.naming_schema, 'namingSchemas'),
          ...lenient.texts(row.also_include_naming_schema, 'namingSchemas'),
        ],
        nameRegex: lenient.text(row.name_regex, 'nameRegex'),
        enabled: lenient.boolean(row.enabled, 'enabled') ?? true,
        state: isRecord(row.state) ? lenient.text(row.state['state'], 'state') : undefined,
      }),
  );
  return { items, unreadable: lenient.unreadable };
}
