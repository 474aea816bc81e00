import type { ViewContext } from './context.ts';
import { formatDateTime, plural } from './format-date.ts';

/** What one needs to find this scan again. */
export function buildFooter({ result, options }: ViewContext) {
  const { tool, scan, sections, history } = result;
  return {
    version: tool.commit === undefined ? tool.version : `${tool.version} (${tool.commit.slice(0, 8)})`,
    scanId: scan.id,
    runId: scan.runId,
    deployment: scan.deployment,
    startedAt: formatDateTime(scan.startedAt, options.timeZone),
    finishedAt: formatDateTime(scan.finishedAt, options.timeZone),
    generatedAt: formatDateTime(options.now.toISOString(), options.timeZone),
    timeZone: options.timeZone,
    scans: history.state === 'none' ? 'no history' : `${plural(history.scans, 'scan')} in history`,
    sections: `${sections.filter((section) => section.ok).length} of ${plural(sections.length, 'section')} read`,
    configDigest: scan.configDigest ?? 'unknown',
    damagedParts: history.damagedParts,
  };
}
