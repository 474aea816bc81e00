const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const;

/** `1.5 TiB`, three significant digits as in the report; a dash for unknown, which is never 0. */
export function formatSize(bytes: number | undefined): string {
  if (bytes === undefined) return '–';
  let index = 0;
  while (index < units.length - 1 && threeDigits(bytes / 1024 ** index) >= 1024) index += 1;
  return `${threeDigits(bytes / 1024 ** index).toLocaleString('en-US', { maximumFractionDigits: 2 })} ${units[index]}`;
}

/** `3d`, `5h`, `12m`; a dash for unknown. */
export function formatAge(ms: number | undefined): string {
  if (ms === undefined || Number.isNaN(ms)) return '–';
  if (ms >= 2 * 86_400_000) return `${Math.floor(ms / 86_400_000)}d`;
  if (ms >= 2 * 3_600_000) return `${Math.floor(ms / 3_600_000)}h`;
  return `${Math.max(0, Math.floor(ms / 60_000))}m`;
}

function threeDigits(value: number): number {
  if (value >= 100) return Math.round(value);
  return value >= 10 ? Math.round(value * 10) / 10 : Math.round(value * 100) / 100;
}
