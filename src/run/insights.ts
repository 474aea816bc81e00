import type { Config } from '../config/schema.ts';
import type { Inventory } from '../model/inventory.ts';
import type { JudgeOptions } from '../model/options.ts';
import type { Rule } from '../model/rule.ts';
import type { ScanResult } from '../model/scan-result.ts';
import type { HistorySeries } from '../model/trends.ts';
import { buildRecommendations } from '../recommendations/build-recommendations.ts';
import { priceFindings, pricePools } from '../recommendations/price-result.ts';
import { buildTrends, trendDefaults } from '../trends/build-trends.ts';
import { validate } from '../validation/validate.ts';
import type { Judgement } from './judge.ts';
import { namedNamespaces } from './named-namespaces.ts';

export interface InsightInput {
  readonly config: Config;
  readonly options: JudgeOptions;
  readonly inventory: Inventory;
  readonly judged: Judgement;
  /** Everything else of the result. */
  readonly result: ScanResult;
  readonly userRules: readonly Rule[];
  /** Undefined when there is no history, or when it could not be read. */
  readonly series: HistorySeries | undefined;
  readonly because: string | undefined;
  readonly now: Date;
}

/** Adds what goes beyond verdicts: whether it is set up well, where it is heading, what would save space and money. */
export function addInsights(input: InsightInput): ScanResult {
  const { config, options, inventory, judged, userRules, series, now } = input;
  const usage = pricePools(input.result.usage, config.prices);
  const findings = priceFindings(input.result.findings, usage, config.prices);
  const { snapshotRetention } = options;
  const { rules } = config.validation;
  const validation = validate(
    inventory,
    judged.links,
    { rules, userRules, snapshotRetention, namespaces: namedNamespaces(config), pools: usage.pools },
    now,
  );
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
