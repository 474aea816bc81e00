import type { ViewContext } from './context.ts';

/** What one needs to find this scan again. */
export function buildFooter({ result, options, formats }: ViewContext) {
  const { tool, scan, sections, history } = result;
  return {
    version: tool.commit === undefined ? tool.version : `${tool.version} (${tool.commit.slice(0, 8)})`,
    scanId: scan.id,
    runId: scan.runId,
    deployment: scan.deployment,
    startedAt: formats.dateTime(scan.startedAt),
    finishedAt: formats.dateTime(scan.finishedAt),
    generatedAt: formats.dateTime(options.now.toISOString()),
    timeZone: options.timeZone,
    scans: history.state === 'none' ? 'no history' : `${formats.plural(history.scans, 'scan')} in history`,
    sections: `${sections.filter((section) => section.ok).length} of ${formats.plural(sections.length, 'section')} read`,
    configDigest: scan.configDigest ?? 'unknown',
    damagedParts: history.damagedParts,
  };
}
