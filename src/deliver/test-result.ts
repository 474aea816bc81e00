import type { ScanResult } from '../model/scan-result.ts';

/** What `deliver test` sends: a result of nothing, marked as such. No system is read for it. */
export function buildTestResult(deployment: string, timeZone: string, tool: ScanResult['tool'], now: Date): ScanResult {
  const at = now.toISOString();
  return {
    schemaVersion: 1,
    tool,
    scan: {
      id: `test-${at}`,
      runId: `test-${at}`,
      deployment,
      startedAt: at,
      finishedAt: at,
      durationMs: 0,
      complete: true,
      timeZone,
    },
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
    summary: {
      status: 'OK',
      sentence: `This is a test of the deliveries of ${deployment}. Nothing was scanned.`,
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
    },
  };
}
