import type { ScanResult } from '../../model/scan-result.ts';

/** A part that later work fills: a heading, and a sentence that says why there is nothing in it. Never an empty chart. */
export interface LaterView {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

export function buildLater({ trends, validation, recommendations }: ScanResult): readonly LaterView[] {
  return [
    { id: 'trends', title: 'Growth and forecast', text: trendText(trends) },
    {
      id: 'validation',
      title: 'Configuration checks',
      text:
        validation.state === 'notYet'
          ? 'Not yet: this version does not check the configuration.'
          : `${validation.results.length} results are in result.json.`,
    },
    { id: 'recommendations', title: 'Recommendations', text: recommendationText(recommendations) },
    { id: 'cost', title: 'Cost', text: 'Not yet: no prices are configured, so no amount of money is shown.' },
  ];
}

function trendText({ state, because, series, forecasts }: ScanResult['trends']): string {
  const reason = because === undefined ? '' : ` (${because})`;
  if (state === 'tooShort') return `Too little history for a forecast${reason}.`;
  if (state === 'unreadable') return `The history could not be read${reason}.`;
  if (state === 'ready') {
    const tested = forecasts.find(({ backTest }) => backTest !== undefined);
    const method = tested === undefined ? '' : ` Method: ${tested.method}.`;
    return `${series.length} series and ${forecasts.length} forecasts are in result.json.${method}`;
  }
  return 'Not yet: this version does not forecast.';
}

function recommendationText({ state, because, items }: ScanResult['recommendations']): string {
  if (state === 'tooShort')
    return `Too little history for recommendations${because === undefined ? '' : ` (${because})`}.`;
  if (state === 'ready') return `${items.length} recommendations are in result.json.`;
  return 'Not yet: this version makes no recommendations.';
}
