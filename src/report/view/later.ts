import type { ScanResult } from '../../model/scan-result.ts';

/** A part that later work fills: a heading, and a sentence that says why there is nothing in it. Never an empty chart. */
export interface LaterView {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

export function buildLater({ validation }: ScanResult): readonly LaterView[] {
  return [
    {
      id: 'validation',
      title: 'Configuration checks',
      text:
        validation.state === 'notYet'
          ? 'Not yet: this version does not check the configuration.'
          : `${validation.results.length} results are in result.json.`,
    },
  ];
}
