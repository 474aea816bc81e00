import type { Prices } from '../model/recommendation.ts';
import type { ScanResult } from '../model/scan-result.ts';
import type { HistorySeries } from '../model/trends.ts';
import { buildRecommendations } from '../recommendations/build-recommendations.ts';
import { priceFindings, pricePools } from '../recommendations/price-result.ts';
import { buildTrends, trendDefaults } from '../trends/build-trends.ts';

/** Days of history that a scan looks back on. */
export const lookBackDays = trendDefaults.windowDays;

/**
 * The result with what history adds: trends, forecasts, recommendations and, where there are prices, money. `history` is
 * undefined when it could not be read; then only prices are added and trends say why they are missing.
 */
export function lookBack(result: ScanResult, history: HistorySeries | undefined, prices: Prices): ScanResult {
  const usage = pricePools(result.usage, prices);
  const findings = priceFindings(result.findings, result.usage, prices);
  const priced = { ...result, usage, findings };
  const now = new Date(result.scan.startedAt);
  if (history === undefined)
    return { ...priced, trends: { ...result.trends, state: 'unreadable', because: 'history could not be read' } };
  const isWhole = result.scan.complete && result.scope.filters.length === 0;
  const trends = buildTrends(
    history,
    usage,
    {
      ...trendDefaults,
      timeZone: result.scan.timeZone,
      ...(isWhole && { openFindings: result.summary.findings }),
    },
    now,
  );
  return {
    ...priced,
    trends,
    recommendations: buildRecommendations({ usage, trends, findings, history, now }, prices),
  };
}
