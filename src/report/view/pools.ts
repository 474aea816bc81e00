import type { PoolUsage } from '../../model/scan-result.ts';
import { renderSparkline } from '../charts/sparkline.ts';
import type { ViewContext } from './context.ts';
import { toAmount } from './format-bytes.ts';
import { formatDate } from './format-date.ts';
import { compareText } from './group-findings.ts';
import { poolTrend } from './trends.ts';

/** One row per pool, usable space, fullest first (by days to full once trends can tell). */
export function buildPools(context: ViewContext) {
  return context.result.usage.pools.toSorted(comparePools).map((pool) => ({
    nas: pool.nas,
    pool: pool.pool,
    name: `${pool.nas} ${pool.pool}`,
    health: { word: pool.healthy ? 'healthy' : pool.status.toLowerCase(), isGood: pool.healthy },
    usable: toAmount(pool.usableBytes),
    used: toAmount(pool.usedBytes),
    promised: toAmount(pool.promisedBytes),
    available: toAmount(pool.availableBytes),
    usedShare: toShare(pool.usedBytes, pool.usableBytes),
    overcommit: formatRatio(pool.overcommitRatio),
    fragmentation: formatPercent(pool.fragmentationPercent),
    lastScrub: pool.lastScrubAt === undefined ? 'unknown' : formatDate(pool.lastScrubAt, context.options.timeZone),
    volumes: pool.volumes,
    trend: poolTrend(context.result.trends, pool, renderSparkline),
  }));
}

/** Part of a whole: text, a width for the bar, and a level in words. Thresholds as TrueNAS 25.10 alerts. */
export interface ShareView {
  readonly text: string;
  /** 0..100, absent when unknown. */
  readonly percent: number | undefined;
  readonly level: 'normal' | 'high' | 'full' | 'unknown';
}

export function toShare(part: number | undefined, whole: number | undefined): ShareView {
  if (part === undefined || whole === undefined || whole <= 0)
    return { text: 'unknown', percent: undefined, level: 'unknown' };
  return shareOf(part / whole);
}

export function shareOf(ratio: number | undefined): ShareView {
  if (ratio === undefined) return { text: 'unknown', percent: undefined, level: 'unknown' };
  const percent = Math.round(ratio * 1000) / 10;
  return {
    text: `${percent >= 10 ? Math.round(percent) : percent} %`,
    percent: Math.min(100, Math.max(0, percent)),
    level: percent >= 90 ? 'full' : percent >= 80 ? 'high' : 'normal',
  };
}

export function formatPercent(percent: number | undefined): string {
  return percent === undefined ? 'unknown' : `${Math.round(percent)} %`;
}

function formatRatio(ratio: number | undefined): string {
  return ratio === undefined ? 'unknown' : `${ratio.toFixed(2)} ×`;
}

export function comparePools(a: PoolUsage, b: PoolUsage): number {
  return fillOf(b) - fillOf(a) || compareText(`${a.nas} ${a.pool}`, `${b.nas} ${b.pool}`);
}

function fillOf(pool: PoolUsage): number {
  if (pool.usedBytes === undefined || !pool.usableBytes) return 2; // not known: shown first
  return pool.usedBytes / pool.usableBytes;
}
