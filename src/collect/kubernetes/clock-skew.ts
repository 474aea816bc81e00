export interface ClockSkew {
  start(): { answered(date: string | null): void };
  /** Theirs minus ours, milliseconds; from the quickest answer, which tells it best. */
  value(): number | undefined;
}

/** The Date header has whole seconds, cut off: half a second is added. */
const truncationMs = 500;

export function createClockSkew(nowMs: () => number): ClockSkew {
  let best: { readonly tookMs: number; readonly skewMs: number } | undefined;
  return {
    start() {
      const sentMs = nowMs();
      return {
        answered(date) {
          const theirsMs = Date.parse(date ?? '');
          const tookMs = Math.max(0, nowMs() - sentMs);
          if (Number.isNaN(theirsMs) || (best !== undefined && best.tookMs <= tookMs)) return;
          best = { tookMs, skewMs: Math.round(theirsMs + truncationMs - (sentMs + tookMs / 2)) };
        },
      };
    },
    value: () => best?.skewMs,
  };
}
