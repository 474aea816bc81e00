export type GrowthSubject = 'pool' | 'backend' | 'namespace' | 'storageClass' | 'volume';

/**
 * Growth by least squares and the change since `weekAgoMs` and `monthAgoMs`, for the analyst with DuckDB, Spark or
 * Trino; the report's own figures are the robust ones of trends/. The first and last reading stand beside the slope, so
 * that a poor fit (`r2`) can be seen. Runs unchanged on all of them.
 */
export function buildGrowthQuery(subject: GrowthSubject, fromMs: number, nowMs: number): string {
  const day = 86_400_000;
  const since = (days: number): string =>
    `MAX_BY(used_bytes, at_ms) - MAX_BY(CASE WHEN at_ms <= ${literal(nowMs - days * day)} THEN used_bytes END, CASE WHEN at_ms <= ${literal(nowMs - days * day)} THEN at_ms END)`;
  return `
SELECT subject_key,
       COUNT(*) AS readings,
       MIN(at_ms) AS first_at_ms,
       MAX(at_ms) AS last_at_ms,
       MAX_BY(used_bytes, at_ms) AS last_used_bytes,
       REGR_SLOPE(CAST(used_bytes AS DOUBLE), CAST(at_ms - ${literal(fromMs)} AS DOUBLE) / ${day}.0) AS per_day_bytes,
       REGR_R2(CAST(used_bytes AS DOUBLE), CAST(at_ms - ${literal(fromMs)} AS DOUBLE) / ${day}.0) AS r2,
       ${since(7)} AS change_week_bytes,
       ${since(30)} AS change_month_bytes
FROM (${readings[subject]}) AS readings
WHERE used_bytes IS NOT NULL AND at_ms >= ${literal(fromMs)} AND at_ms <= ${literal(nowMs)}
GROUP BY subject_key
ORDER BY subject_key`;
}

const ofGroup = (dimension: string): string =>
  `SELECT group_key AS subject_key, at_ms, used_bytes FROM groups WHERE dimension = '${dimension}'`;

/** By the dataset's identity where one is known: a renamed volume keeps its line. */
const readings: Readonly<Record<GrowthSubject, string>> = {
  pool: `SELECT CONCAT(nas, '/', pool) AS subject_key, at_ms, used_bytes FROM pools`,
  backend: ofGroup('backend'),
  namespace: ofGroup('namespace'),
  storageClass: ofGroup('storageClass'),
  volume: `SELECT CONCAT(nas, '/', dataset_key) AS subject_key, at_ms, used_bytes FROM datasets`,
};

function literal(wholeNumber: number): string {
  return String(Math.trunc(wholeNumber));
}
