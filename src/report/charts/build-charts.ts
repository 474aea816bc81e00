import type { ScanResult } from '../../model/scan-result.ts';
import { checkTexts } from '../view/check-texts.ts';
import type { Formats } from '../view/formats.ts';
import { groupFindings } from '../view/group-findings.ts';
import { comparePools } from '../view/pools.ts';
import { originWord } from '../view/snapshots.ts';
import { withVisibleText } from '../view/visible-text.ts';
import { type Bar, renderBars } from './bar-chart.ts';
import { renderPools } from './pool-chart.ts';

const topN = 10;

/** The drawings of the report as SVG text; one is absent when there is nothing to draw. */
export function buildCharts(raw: ScanResult, formats: Formats) {
  const result = withVisibleText(raw);
  return {
    pools: drawPools(result, formats),
    namespaces: drawNamespaces(result, formats),
    reclaimable: drawReclaimable(result, formats),
    snapshots: drawSnapshots(result, formats),
  };
}

function drawPools({ usage }: ScanResult, formats: Formats): string | undefined {
  const pools = usage.pools.toSorted(comparePools).flatMap(({ nas, pool, usableBytes, usedBytes, promisedBytes }) =>
    usableBytes === undefined || usedBytes === undefined
      ? []
      : [
          {
            name: `${nas}\n${pool}`,
            usableBytes,
            usedBytes,
            promisedBytes,
            usableText: formats.bytes(usableBytes),
            usedText: formats.bytes(usedBytes),
            promisedText: formats.bytes(promisedBytes),
          },
        ],
  );
  return pools.length === 0
    ? undefined
    : renderPools('Used and promised space of each pool against its usable size', pools);
}

function drawNamespaces({ usage }: ScanResult, formats: Formats): string | undefined {
  const bars = usage.namespaces
    .filter((group) => group.usedBytes !== undefined)
    .map(({ key, usedBytes = 0 }) => ({ name: key, value: usedBytes, text: formats.bytes(usedBytes) }));
  return drawBars('Used space of the largest namespaces', bars);
}

function drawReclaimable({ findings }: ScanResult, formats: Formats): string | undefined {
  const open = findings.filter((finding) => finding.ignoredBy === undefined && finding.change !== 'resolved');
  const bars = groupFindings(open)
    .filter((group) => group.reclaimableBytes > 0)
    .map((group) => ({
      name: checkTexts[group.check].title,
      value: group.reclaimableBytes,
      solid: group.confirmedReclaimableBytes,
      text: formats.bytes(group.reclaimableBytes),
    }));
  return drawBars('Reclaimable space by kind of finding; solid is confirmed, pale waits for a second scan', bars);
}

function drawSnapshots({ usage }: ScanResult, formats: Formats): string | undefined {
  const byOrigin = Map.groupBy(usage.snapshotOrigins, (row) => row.origin);
  const bars = [...byOrigin].map(([origin, rows]) => {
    const count = rows.reduce((sum, row) => sum + row.count, 0);
    return { name: originWord(origin), value: count, text: formats.number(count) };
  });
  return drawBars('Number of ZFS snapshots by origin', bars);
}

function drawBars(label: string, bars: readonly Bar[]): string | undefined {
  const largest = bars.toSorted((a, b) => b.value - a.value).slice(0, topN);
  return largest.length === 0 ? undefined : renderBars(label, largest);
}
