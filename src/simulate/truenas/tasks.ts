import type { ReplicationState, SnapshotTaskState } from '../estate.ts';
import type { Context } from './context.ts';
import type { Row } from './query.ts';
import { isSince } from './release.ts';

const nightly = { minute: '0', hour: '3', dom: '*', month: '*', dow: '*', begin: '00:00', end: '23:59' };

/** Rows of `pool.snapshottask.query`. */
export function snapshotTaskRows(context: Context): readonly Row[] {
  return context.state.snapshotTasks.map((task) => ({ ...taskRow(task), vmware_sync: false, state: stateOf(context) }));
}

function taskRow(task: SnapshotTaskState): Row {
  return {
    id: task.id,
    dataset: task.dataset,
    recursive: task.recursive,
    lifetime_value: task.lifetimeValue,
    lifetime_unit: task.lifetimeUnit,
    enabled: task.enabled,
    exclude: task.exclude ?? [],
    naming_schema: task.namingSchema,
    allow_empty: true,
    schedule: nightly,
  };
}

function stateOf({ now }: Context): Row {
  return { state: 'FINISHED', datetime: { $date: now.getTime() - 6 * 3_600_000 } };
}

/** Rows of `replication.query`. */
export function replicationRows(context: Context): readonly Row[] {
  return context.state.replications.map((replication) => replicationRow(replication, context));
}

function replicationRow(replication: ReplicationState, context: Context): Row {
  const isModern = isSince(context.release, '22.12');
  return {
    id: replication.id,
    target_dataset: replication.targetDataset,
    recursive: replication.recursive,
    compression: null,
    speed_limit: null,
    enabled: replication.enabled,
    direction: replication.direction,
    transport: 'SSH',
    ssh_credentials: null,
    ...(isModern && {
      sudo: false,
      name_regex: replication.nameRegex ?? null,
      lifetimes: [],
      properties_override: {},
      encryption_inherit: null,
    }),
    netcat_active_side: null,
    netcat_active_side_port_min: null,
    netcat_active_side_port_max: null,
    netcat_active_side_listen_address: null,
    netcat_passive_side_connect_address: null,
    source_datasets: replication.sourceDatasets,
    exclude: [],
    naming_schema: replication.direction === 'PULL' ? replication.namingSchemas : [],
    also_include_naming_schema: replication.direction === 'PUSH' ? replication.namingSchemas : [],
    auto: true,
    only_matching_schedule: false,
    readonly: 'SET',
    allow_from_scratch: false,
    hold_pending_snapshots: false,
    retention_policy: 'SOURCE',
    lifetime_unit: null,
    lifetime_value: null,
    large_block: true,
    embed: false,
    compressed: true,
    retries: 5,
    logging_level: null,
    name: replication.name,
    state: { ...stateOf(context), warnings: [], last_snapshot: null },
    properties: true,
    properties_exclude: [],
    replicate: false,
    encryption: false,
    encryption_key: null,
    encryption_key_format: null,
    encryption_key_location: null,
    periodic_snapshot_tasks: [],
    schedule: nightly,
    restrict_schedule: null,
    job: null,
  };
}
