import type { PoolUsage } from '../../model/scan-result.ts';
import { renderSparkline } from '../charts/sparkline.ts';
import type { ViewContext } from './context.ts';
import type { Formats } from './formats.ts';
import { compareText } from './group-findings.ts';
import { poolTrend } from './trends.ts';

/** One row per pool, usable space, fullest first (by days to full once trends can tell). */
export function buildPools({ result, formats }: ViewContext) {
  const { toAmount } = formats;
  return result.usage.pools.toSorted(comparePools).map((pool) => ({
    nas: pool.nas,
    pool: pool.pool,
    name: `${pool.nas} ${pool.pool}`,
    health: { word: pool.healthy ? 'healthy' : pool.status.toLowerCase(), isGood: pool.healthy },
    usable: toAmount(pool.usableBytes),
    used: toAmount(pool.usedBytes),
    promised: toAmount(pool.promisedBytes),
    available: toAmount(pool.availableBytes),
    usedShare: toShare(pool.usedBytes, pool.usableBytes, formats),
    overcommit: formatRatio(pool.overcommitRatio, formats),
    fragmentation: formatPercent(pool.fragmentationPercent),
    lastScrub: pool.lastScrubAt === undefined ? 'unknown' : formats.date(pool.lastScrubAt),
    volumes: pool.volumes,
    trend: poolTrend({ trends: result.trends, formats }, pool, renderSparkline),
  }));
}

/** Part of a whole: text, a width for the bar, and a level in words. Thresholds as TrueNAS 25.10 alerts. */
export interface ShareView {
  readonly text: string;
  /** 0..100, absent when unknown. */
  readonly percent: number | undefined;
  readonly level: 'normal' | 'high' | 'full' | 'unknown';
}

export function toShare(part: number | undefined, whole: number | undefined, formats: Formats): ShareView {
  if (part === undefined || whole === undefined || whole <= 0)
    return { text: 'unknown', percent: undefined, level: 'unknown' };
  return shareOf(part / whole, formats);
}

export function shareOf(ratio: number | undefined, formats: Formats): ShareView {
  if (ratio === undefined) return { text: 'unknown', percent: undefined, level: 'unknown' };
  const percent = Math.round(ratio * 1000) / 10;
  return {
    text: `${formats.number(percent >= 10 ? Math.round(percent) : percent)} %`,
    percent: Math.min(100, Math.max(0, percent)),
    level: percent >= 90 ? 'full' : percent >= 80 ? 'high' : 'normal',
  };
}

export function formatPercent(percent: number | undefined): string {
  return percent === undefined ? 'unknown' : `${Math.round(percent)} %`;
}

function formatRatio(ratio: number | undefined, { fixed }: Formats): string {
  return ratio === undefined ? 'unknown' : `${fixed(ratio)} ×`;
}

export function comparePools(a: PoolUsage, b: PoolUsage): number {
  return fillOf(b) - fillOf(a) || compareText(`${a.nas} ${a.pool}`, `${b.nas} ${b.pool}`);
}

function fillOf(pool: PoolUsage): number {
  if (pool.usedBytes === undefined || !pool.usableBytes) return 2; // not known: shown first
  return pool.usedBytes / pool.usableBytes;
}
