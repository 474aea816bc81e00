import type { ScanResult } from '../../model/scan-result.ts';
import type { ChartPicture } from '../deps.ts';
import { countOf, formatBytes } from '../words.ts';

/** A picture inside the mail, with its numbers in words beside it. */
export interface MailChart extends ChartPicture {
  readonly cid: string;
  readonly caption: string;
}

export function toMailCharts(pictures: readonly ChartPicture[], result: ScanResult): readonly MailChart[] {
  return pictures.map((picture) => ({
    ...picture,
    cid: `${picture.name}@strandline.${result.scan.deployment}`,
    caption: captions[picture.name](result),
  }));
}

const captions = {
  pools: () => 'The upright line is the usable size; what is promised beyond it cannot all be written.',
  reclaimable: ({ summary }: ScanResult) =>
    `${formatBytes(summary.reclaimableBytes)} of ${countOf(summary.findings, 'finding')}: solid is confirmed by two scans (${formatBytes(summary.confirmedReclaimableBytes)}), pale waits for the second.`,
} as const satisfies Record<ChartPicture['name'], (result: ScanResult) => string>;
