import type { ScanResult } from './scan-result.ts';

/** A result in which nothing was read, judged or found; who needs one says the rest. */
export function buildEmptyResult({
  summary,
  ...rest
}: Pick<ScanResult, 'tool' | 'scan'> &
  Partial<Omit<ScanResult, 'summary'>> & {
    readonly summary: Pick<ScanResult['summary'], 'status' | 'sentence'>;
  }): ScanResult {
  return {
    schemaVersion: 1,
    scope: { clusters: [], nases: [], backends: [], filters: [] },
    sections: [],
    checks: [],
    findings: [],
    usage: {
      volumes: [],
      namespaces: [],
      storageClasses: [],
      backends: [],
      pools: [],
      snapshotOrigins: [],
      notAssessed: [],
    },
    trends: { state: 'notYet', series: [], forecasts: [], anomalies: [] },
    validation: { state: 'notYet', results: [] },
    recommendations: { state: 'notYet', items: [] },
    ignoreRules: [],
    history: { state: 'none', scans: 0, damagedParts: [] },
    notes: [],
    ...rest,
    summary: {
      findings: 0,
      confirmed: 0,
      unconfirmed: 0,
      new: 0,
      resolved: 0,
      ignored: 0,
      ignoredBytes: 0,
      bySeverity: { LOW: 0, MEDIUM: 0, HIGH: 0, CRITICAL: 0 },
      byCheck: {},
      reclaimableBytes: 0,
      confirmedReclaimableBytes: 0,
      unconfirmedReclaimableBytes: 0,
      notAssessed: [],
      ...summary,
    },
  };
}
