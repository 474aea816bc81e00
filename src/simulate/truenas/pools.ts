import type { PoolState } from '../estate.ts';
import type { Context } from './context.ts';
import { isImported } from './filesystem.ts';
import type { Row } from './query.ts';
import { isSince } from './release.ts';

/** Rows of `pool.query`. CORE tells no sizes; a pool that is offline has null for all of them. */
export function poolRows(context: Context): readonly Row[] {
  return context.state.pools.map((pool, index) => poolRow(pool, index + 1, context));
}

function poolRow(pool: PoolState, id: number, { release }: Context): Row {
  const isUp = isImported(pool);
  const hasLegacyKeys = !isSince(release, '24.10');
  return {
    id,
    name: pool.name,
    guid: pool.guid,
    ...(hasLegacyKeys && { encrypt: 0, encryptkey: '', encryptkey_path: null, is_decrypted: true }),
    path: `/mnt/${pool.name}`,
    status: pool.status,
    scan: isUp ? scan(pool, release) : null,
    ...(isSince(release, '24.10') && { expand: null }),
    topology: isUp ? topology(pool) : null,
    healthy: pool.status === 'ONLINE',
    status_detail:
      pool.status === 'DEGRADED' ? 'One or more devices are faulted in response to persistent errors.' : null,
    ...(isSince(release, '22.12') && sizes(pool, isUp)),
    ...(isSince(release, '24.10') && { status_code: isUp ? statusCode(pool) : null }),
    ...(isSince(release, '25.04') && {
      dedup_table_size: isUp ? 0 : null,
      dedup_table_quota: isUp ? 'auto' : null,
    }),
    autotrim: { value: 'off', rawvalue: 'off', parsed: 'off', source: 'DEFAULT' },
    ...(release === '26' && { all_sed: null }),
  };
}

function statusCode(pool: PoolState): string {
  return pool.status === 'ONLINE' ? 'OK' : 'FAULTED_DEV_R';
}

function sizes(pool: PoolState, isUp: boolean): Row {
  const size = isUp ? pool.sizeBytes : null;
  const allocated = isUp ? pool.allocatedBytes : null;
  const free = isUp ? pool.sizeBytes - pool.allocatedBytes : null;
  const freeing = isUp ? 0 : null;
  return {
    warning: pool.status === 'DEGRADED',
    size,
    allocated,
    free,
    freeing,
    fragmentation: isUp ? String(pool.fragmentationPercent) : null,
    size_str: text(size),
    allocated_str: text(allocated),
    free_str: text(free),
    freeing_str: text(freeing),
  };
}

function text(value: number | null): string | null {
  return value === null ? null : String(value);
}

const never = {
  function: null,
  state: null,
  start_time: null,
  end_time: null,
  percentage: null,
  bytes_to_process: null,
  bytes_processed: null,
  bytes_issued: null,
  pause: null,
  errors: null,
  total_secs_left: null,
};

/** A pool that was never scrubbed has an object full of nulls, from 26 on nothing. */
function scan(pool: PoolState, release: Context['release']): Row | null {
  if (pool.lastScrubAt === undefined) return release === '26' ? null : never;
  const end = Date.parse(pool.lastScrubAt);
  return {
    function: 'SCRUB',
    state: 'FINISHED',
    start_time: { $date: end - 3_600_000 },
    end_time: { $date: end },
    percentage: 99.99601244926453,
    bytes_to_process: pool.allocatedBytes,
    bytes_processed: pool.allocatedBytes + 4096,
    bytes_issued: pool.allocatedBytes,
    pause: null,
    errors: 0,
    total_secs_left: null,
  };
}

function topology(pool: PoolState): Row {
  return { data: [vdev(pool)], log: [], cache: [], spare: [], special: [], dedup: [] };
}

function vdev(pool: PoolState): Row {
  const stats = { timestamp: 1, read_errors: 0, write_errors: 0, checksum_errors: 0 };
  const leaf = (disk: string) => ({
    name: disk,
    type: 'DISK',
    path: `/dev/${disk}`,
    guid: `${pool.guid.slice(0, -1)}1`,
    status: 'ONLINE',
    stats: { ...stats, size: 0, allocated: 0 },
    children: [],
    device: `${disk}1`,
    disk,
    unavail_disk: null,
  });
  return {
    name: 'mirror-0',
    type: 'MIRROR',
    path: null,
    guid: `${pool.guid.slice(0, -1)}0`,
    status: pool.status,
    stats: { ...stats, size: pool.sizeBytes, allocated: pool.allocatedBytes },
    children: [leaf('sda'), leaf('sdb')],
    unavail_disk: null,
  };
}

/** Rows of `pool.scrub.query`. */
export function scrubRows(context: Context): readonly Row[] {
  return context.state.pools.map((pool, index) => ({
    id: index + 1,
    pool: index + 1,
    pool_name: pool.name,
    threshold: 35,
    description: '',
    schedule: { minute: '00', hour: '00', dom: '*', month: '*', dow: '7' },
    enabled: true,
  }));
}
