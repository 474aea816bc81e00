import type { ScanResult } from '../model/scan-result.ts';
import { renderJunit } from '../report/junit.ts';
import { renderSarif } from '../report/sarif.ts';

/** Forms of a result that other programs read; without the browser and fonts that the whole catalogue of reports brings. */
export const renderForTools = { junit: renderJunit, sarif: renderSarif } as const satisfies Readonly<
  Record<string, (result: ScanResult) => string>
>;
