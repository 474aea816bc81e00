/** Before the last day of the period: of these days, and that one, it is counted how many have a reading. */
const recentDays = 31;

const asDouble = (value: string): string => `CAST(${value} AS DOUBLE)`;

const filled = 'coalesce(d.referenced_bytes, d.data_bytes)';

const differs = (low: string, high: string, current: string): string =>
  `(coalesce(p.${low}, -1) <> coalesce(p.${high}, -1) OR coalesce(p.${high}, -1) <> coalesce(c.${current}, -1))`;

const changed = [
  differs('low', 'high', 'used_bytes'),
  differs('filled_low', 'filled_high', 'filled_bytes'),
  differs('snapshot_low', 'snapshot_high', 'snapshot_bytes'),
].join(' OR ');

const current = ' JOIN current_datasets c ON c.nas = p.nas AND c.dataset_key = p.dataset_key';

/** Days with a reading, a bit for each: counting them as distinct values takes an engine 50 MB for 10,000 datasets. */
const recentDaysTo = (lastDay: number): string => {
  const firstDay = lastDay - recentDays;
  const bit = `CAST(power(2, s.day - ${firstDay}) AS BIGINT)`;
  return `coalesce(bit_count(bit_or(CASE WHEN s.day BETWEEN ${firstDay} AND ${lastDay} THEN ${bit} END)), 0)`;
};

/**
 * Reads what trends need. Plain SQL that DuckDB and Spark SQL both take. `usable_scans` holds the ids of the scans that
 * count, each with its day as a number; a scan narrowed by filters is no reading of groups.
 */
export const seriesQueries = {
  pools: `
    SELECT p.nas, p.pool, p.at_ms, p.used_bytes, p.usable_bytes
    FROM pools p JOIN usable_scans s ON s.scan_id = p.scan_id
    WHERE p.used_bytes IS NOT NULL
    ORDER BY p.nas, p.pool, p.at_ms`,
  groups: `
    SELECT g.dimension, g.group_key, g.at_ms, g.used_bytes
    FROM groups g JOIN usable_scans s ON s.scan_id = g.scan_id
    WHERE g.used_bytes IS NOT NULL AND g.unknown = 0 AND s.is_whole
    ORDER BY g.dimension, g.group_key, g.at_ms`,
  /** One row per volume, numbered; to be there as `owners` for the queries below. */
  owners: `
    SELECT v.uid, max_by(v.nas, v.at_ms) AS nas, max_by(v.dataset_key, v.at_ms) AS dataset_key,
           row_number() OVER (ORDER BY v.uid) AS owner
    FROM volumes v JOIN usable_scans s ON s.scan_id = v.scan_id
    GROUP BY v.uid`,
  uids: `SELECT uid, owner FROM owners ORDER BY owner`,
  /** One row per dataset; to be there as `spans` for the two queries below. */
  spans: (lastDay: number): string => `
    SELECT d.nas, d.dataset_key, min(d.at_ms) AS first_at_ms, min(d.used_bytes) AS low, max(d.used_bytes) AS high,
           count(d.used_bytes) AS readings, count(${filled}) AS filled_readings,
           min(${filled}) AS filled_low, max(${filled}) AS filled_high,
           min(d.snapshot_bytes) AS snapshot_low, max(d.snapshot_bytes) AS snapshot_high,
           ${recentDaysTo(lastDay)} AS recent_days
    FROM datasets d JOIN usable_scans s ON s.scan_id = d.scan_id
    WHERE d.used_bytes IS NOT NULL
    GROUP BY d.nas, d.dataset_key`,
  /**
   * A dataset's readings belong to the volume that stood on it last. A volume that always read the same, now too, has
   * no trend: where `current_datasets` tells what is now, it is left out, and so is what is not there any more. Numbers
   * alone and in order, as there may be a million rows.
   */
  volumes: (knowsCurrent: boolean): string => `
    WITH moved AS (
      SELECT p.nas, p.dataset_key
      FROM spans p${knowsCurrent ? current : ''}
      WHERE ${knowsCurrent ? changed : 'true'}
    )
    SELECT ${asDouble('o.owner')} AS owner, ${asDouble('s.day')} AS day, ${asDouble('d.at_ms')} AS at_ms,
           ${asDouble('d.used_bytes')} AS used_bytes, ${asDouble(filled)} AS filled_bytes,
           ${asDouble('d.snapshot_bytes')} AS snapshot_bytes
    FROM owners o
    JOIN moved m ON m.nas = o.nas AND m.dataset_key = o.dataset_key
    JOIN datasets d ON d.nas = o.nas AND d.dataset_key = o.dataset_key
    JOIN usable_scans s ON s.scan_id = d.scan_id
    WHERE d.used_bytes IS NOT NULL
    ORDER BY owner, at_ms`,
  still: `
    SELECT o.uid, p.low AS used_bytes, p.first_at_ms, p.recent_days,
           CASE WHEN p.filled_readings = p.readings THEN p.filled_low END AS filled_bytes
    FROM spans p${current}
    JOIN owners o ON o.nas = p.nas AND o.dataset_key = p.dataset_key
    WHERE NOT (${changed})
    ORDER BY o.uid`,
  findings: `
    SELECT c.at_ms, c.findings
    FROM scans c JOIN usable_scans s ON s.scan_id = c.scan_id
    WHERE c.complete AND s.is_whole
    ORDER BY c.at_ms`,
} as const;
