import Handlebars from 'handlebars';
import type { ScanResult } from '../model/scan-result.ts';
import { buildCharts } from './charts/build-charts.ts';
import { buildForecastCharts } from './charts/forecast-chart.ts';
import { toEmbeddedJson } from './embed.ts';
import { checkLogo } from './logo.ts';
import { type Medium, print, type ReportOptions, screen } from './options.ts';
import { loadTemplates } from './templates.ts';
import { buildFormats } from './view/formats.ts';
import { withVisibleText } from './view/visible-text.ts';
import { buildViewModel } from './view-model.ts';

/** One offline file: styles, drawings and the result itself are inside; no script, no request to anywhere. */
export function renderHtml(result: ScanResult, options: ReportOptions): string {
  return renderPage(result, options, screen, toEmbeddedJson(result));
}

/** The page of the service: the same report under a bar with filters, progress and a button that starts a scan. */
export function renderLiveHtml(result: ScanResult, options: ReportOptions): string {
  return renderPage(result, options, screen, undefined, true);
}

/** The page that the browser prints: long tables capped, evidence open, no result inside; pdf.ts adds the fonts. */
export function renderPrintHtml(result: ScanResult, options: ReportOptions): string {
  return renderPage(result, options, print, undefined);
}

function renderPage(
  result: ScanResult,
  options: ReportOptions,
  medium: Medium,
  embeddedJson: string | undefined,
  isLive = false,
): string {
  const { report, styles } = loadTemplates();
  checkLogo(options.logo);
  return report({
    ...buildViewModel(result, options, medium),
    isLive,
    charts: buildCharts(result, buildFormats(options)),
    forecasts: buildForecastCharts(withVisibleText(result.trends)),
    // The only text that is not escaped besides the drawings: our own style sheet and the JSON, made safe by embed.ts.
    styles: new Handlebars.SafeString(`${styles}${pageRule(options.paper)}`),
    embeddedJson: embeddedJson === undefined ? undefined : new Handlebars.SafeString(embeddedJson),
  });
}

/** Margins of the paper. */
export function pageRule(paper: ReportOptions['paper']): string {
  return `@page{size:${paper === 'A4' ? 'A4' : 'letter'};margin:12mm 13mm 16mm}`;
}
