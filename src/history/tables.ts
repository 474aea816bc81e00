/**
 * The tables of history. Names are forever: other engines (Spark, Trino) read these files. A new column is added at the
 * end and is NULL in older parts; unknown is NULL, never 0. `at_ms` is the start of the scan, epoch milliseconds UTC, so
 * that time arithmetic is the same in every SQL. UIDs are text: Spark refuses Parquet's UUID type.
 */
export const tables = {
  scans: {
    by: 'deployment',
    columns: {
      scan_id: 'VARCHAR',
      run_id: 'VARCHAR',
      at_ms: 'BIGINT',
      started_at: 'VARCHAR',
      finished_at: 'VARCHAR',
      duration_ms: 'BIGINT',
      complete: 'BOOLEAN',
      filters: 'VARCHAR',
      status: 'VARCHAR',
      tool_version: 'VARCHAR',
      config_digest: 'VARCHAR',
      findings: 'BIGINT',
      confirmed: 'BIGINT',
      unconfirmed: 'BIGINT',
      ignored: 'BIGINT',
      reclaimable_bytes: 'BIGINT',
      confirmed_reclaimable_bytes: 'BIGINT',
    },
    sortBy: ['at_ms'],
  },
  sources: {
    by: 'deployment',
    columns: {
      scan_id: 'VARCHAR',
      run_id: 'VARCHAR',
      at_ms: 'BIGINT',
      source: 'VARCHAR',
      identity: 'VARCHAR',
      identity_state: 'VARCHAR',
      version: 'VARCHAR',
      reached: 'BOOLEAN',
      clock_skew_ms: 'DOUBLE',
    },
    sortBy: ['source', 'at_ms'],
  },
  checks: {
    by: 'deployment',
    columns: {
      scan_id: 'VARCHAR',
      run_id: 'VARCHAR',
      at_ms: 'BIGINT',
      check_id: 'VARCHAR',
      scope: 'VARCHAR',
      status: 'VARCHAR',
      because: 'VARCHAR',
      found: 'BIGINT',
    },
    sortBy: ['check_id', 'scope', 'at_ms'],
  },
  undecided: {
    by: 'deployment',
    columns: {
      scan_id: 'VARCHAR',
      run_id: 'VARCHAR',
      at_ms: 'BIGINT',
      check_id: 'VARCHAR',
      scope: 'VARCHAR',
      kind: 'VARCHAR',
      name: 'VARCHAR',
      because: 'VARCHAR',
    },
    sortBy: ['check_id', 'scope', 'name', 'at_ms'],
  },
  findings: {
    by: 'deployment',
    columns: {
      scan_id: 'VARCHAR',
      run_id: 'VARCHAR',
      at_ms: 'BIGINT',
      finding_id: 'VARCHAR',
      check_id: 'VARCHAR',
      scope: 'VARCHAR',
      severity: 'VARCHAR',
      confirmation: 'VARCHAR',
      change: 'VARCHAR',
      confidence: 'VARCHAR',
      source: 'VARCHAR',
      kind: 'VARCHAR',
      namespace: 'VARCHAR',
      name: 'VARCHAR',
      uid: 'VARCHAR',
      created_at: 'VARCHAR',
      provisioned_bytes: 'BIGINT',
      used_bytes: 'BIGINT',
      reclaimable_bytes: 'BIGINT',
      cost_per_month: 'DOUBLE',
      currency: 'VARCHAR',
      ignored: 'BOOLEAN',
      finding: 'VARCHAR',
    },
    sortBy: ['finding_id', 'at_ms'],
  },
  groups: {
    by: 'deployment',
    columns: {
      scan_id: 'VARCHAR',
      at_ms: 'BIGINT',
      dimension: 'VARCHAR',
      group_key: 'VARCHAR',
      volumes: 'BIGINT',
      unknown: 'BIGINT',
      provisioned_bytes: 'BIGINT',
      used_bytes: 'BIGINT',
      data_bytes: 'BIGINT',
      snapshot_bytes: 'BIGINT',
      reserved_bytes: 'BIGINT',
      logical_bytes: 'BIGINT',
    },
    sortBy: ['dimension', 'group_key', 'at_ms'],
  },
  validation: {
    by: 'deployment',
    columns: { scan_id: 'VARCHAR', at_ms: 'BIGINT', rule_id: 'VARCHAR', result: 'VARCHAR' },
    sortBy: ['rule_id', 'at_ms'],
  },
  volumes: {
    by: 'cluster',
    columns: {
      scan_id: 'VARCHAR',
      deployment: 'VARCHAR',
      at_ms: 'BIGINT',
      uid: 'VARCHAR',
      persistent_volume: 'VARCHAR',
      namespace: 'VARCHAR',
      claim: 'VARCHAR',
      storage_class: 'VARCHAR',
      backend: 'VARCHAR',
      nas: 'VARCHAR',
      dataset_key: 'VARCHAR',
      capacity_bytes: 'BIGINT',
    },
    sortBy: ['uid', 'at_ms'],
  },
  datasets: {
    by: 'nas',
    columns: {
      scan_id: 'VARCHAR',
      deployment: 'VARCHAR',
      at_ms: 'BIGINT',
      dataset_key: 'VARCHAR',
      dataset: 'VARCHAR',
      pool: 'VARCHAR',
      kind: 'VARCHAR',
      thin: 'BOOLEAN',
      provisioned_bytes: 'BIGINT',
      used_bytes: 'BIGINT',
      data_bytes: 'BIGINT',
      snapshot_bytes: 'BIGINT',
      reserved_bytes: 'BIGINT',
      logical_bytes: 'BIGINT',
      referenced_bytes: 'BIGINT',
      snapshot_count: 'BIGINT',
      compress_ratio: 'DOUBLE',
    },
    sortBy: ['dataset_key', 'at_ms'],
  },
  pools: {
    by: 'nas',
    columns: {
      scan_id: 'VARCHAR',
      deployment: 'VARCHAR',
      at_ms: 'BIGINT',
      pool: 'VARCHAR',
      status: 'VARCHAR',
      healthy: 'BOOLEAN',
      usable_bytes: 'BIGINT',
      used_bytes: 'BIGINT',
      available_bytes: 'BIGINT',
      raw_size_bytes: 'BIGINT',
      raw_allocated_bytes: 'BIGINT',
      raw_free_bytes: 'BIGINT',
      fragmentation_percent: 'DOUBLE',
      promised_bytes: 'BIGINT',
      overcommit_ratio: 'DOUBLE',
      volumes: 'BIGINT',
    },
    sortBy: ['pool', 'at_ms'],
  },
  snapshots: {
    by: 'nas',
    columns: {
      scan_id: 'VARCHAR',
      deployment: 'VARCHAR',
      at_ms: 'BIGINT',
      origin: 'VARCHAR',
      snapshot_count: 'BIGINT',
      used_bytes: 'BIGINT',
    },
    sortBy: ['origin', 'at_ms'],
  },
} as const satisfies Record<string, TableShape>;

export interface TableShape {
  /** First Hive partition; the second is always `month`. Neither is a column of the file. */
  readonly by: 'deployment' | 'cluster' | 'nas';
  readonly columns: Readonly<Record<string, ColumnType>>;
  readonly sortBy: readonly string[];
}

export type ColumnType = 'VARCHAR' | 'BIGINT' | 'DOUBLE' | 'BOOLEAN';
export type TableName = keyof typeof tables;
export const tableNames = Object.keys(tables) as TableName[];

export type Cell = string | number | boolean | undefined | null;
/** A row names its cells; what it does not name is NULL. */
export type Row<T extends TableName = TableName> = { readonly [C in ColumnOf<T>]?: Cell };
type ColumnOf<T extends TableName> = T extends TableName ? keyof (typeof tables)[T]['columns'] : never;

export interface TableRows {
  readonly table: TableName;
  /** Value of the first partition: the deployment, the cluster or the NAS. */
  readonly partition: string;
  readonly rows: readonly Readonly<Record<string, Cell>>[];
}
