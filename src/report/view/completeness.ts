import type { ScanResult } from '../../model/scan-result.ts';

/** True when any section, check or amount is missing: the report then says so before any number. */
export function isIncomplete(result: ScanResult): boolean {
  return (
    !result.scan.complete ||
    result.summary.notAssessed.length > 0 ||
    result.sections.some((section) => !section.ok) ||
    result.checks.some((check) => check.status === 'notAssessed' || check.status === 'errored')
  );
}
