import type { ScanResult } from '../../src/model/scan-result.ts';

/** Texts that come from clusters, NASes and their errors. */
const theirs = new Set(['name', 'namespace', 'claim', 'why', 'value', 'because', 'text', 'sentence']);

/** A copy in which every text that somebody else could have set ends with a hostile one. */
export function plantHostile(result: ScanResult, hostile: string): ScanResult {
  const planted = JSON.stringify(result, (key, value: unknown) =>
    typeof value === 'string' && theirs.has(key) ? `${value}${hostile}` : value,
  );
  return { ...(JSON.parse(planted) as ScanResult), tool: result.tool };
}
