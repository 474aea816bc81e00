import type { Config } from '../config/schema.ts';
import type { ScanResult } from '../model/scan-result.ts';
import type { HistorySeries } from '../model/trends.ts';
import type { Validation } from '../model/validation.ts';
import { buildRecommendations } from '../recommendations/build-recommendations.ts';
import { priceFindings, pricePools } from '../recommendations/price-result.ts';
import { buildTrends, trendDefaults } from '../trends/build-trends.ts';

export interface InsightInput {
  readonly config: Config;
  /** Everything else of the result. */
  readonly result: ScanResult;
  readonly validation: Validation;
  /** Undefined when there is no history, or when it could not be read. */
  readonly series: HistorySeries | undefined;
  readonly because: string | undefined;
  readonly now: Date;
}

/** Adds what goes beyond verdicts: whether it is set up well, where it is heading, what would save space and money. */
export function addInsights(input: InsightInput): ScanResult {
  const { config, validation, series, now } = input;
  const usage = pricePools(input.result.usage, config.prices);
  const findings = priceFindings(input.result.findings, usage, config.prices);
  const { timeZone } = config.report;
  if (series === undefined) {
    const because = input.because ?? 'there is no earlier scan yet';
    const trends = { state: 'tooShort' as const, because, series: [], forecasts: [], anomalies: [] };
    const recommendations = { state: 'tooShort' as const, because, items: [] };
    return { ...input.result, usage, findings, validation, trends, recommendations };
  }
  const { complete } = input.result.scan;
  const open = findings.filter(({ change, ignoredBy }) => change !== 'resolved' && ignoredBy === undefined);
  const isWhole = complete && input.result.scope.filters.length === 0;
  const trendOptions = { timeZone, ...trendDefaults, ...(isWhole && { openFindings: open.length }) };
  const trends = buildTrends(series, usage, trendOptions, now);
  const recommendations = complete
    ? buildRecommendations({ usage, trends, findings, history: series, now }, config.prices)
    : { state: 'tooShort' as const, because: 'this scan is incomplete: nothing is recommended from it', items: [] };
  return { ...input.result, usage, findings, validation, trends, recommendations };
}
