import type { ViewContext } from './context.ts';
import { formatScope, formatSectionName } from './words.ts';

/** Every list that the verdicts rest on: read in full, known not to exist there, or failed. */
export function buildSections({ result, formats }: ViewContext) {
  const bySource = Map.groupBy(result.sections, (section) => section.source);
  return {
    total: result.sections.length,
    read: result.sections.filter((section) => section.ok).length,
    sources: [...bySource].map(([source, sections]) => ({
      source: formatScope(source),
      rows: sections.map((section) => ({
        name: formatSectionName(section.name),
        ok: section.ok,
        word: !section.ok ? 'not read' : section.absent === undefined ? 'read in full' : 'does not exist here',
        count:
          section.ok && section.absent === undefined
            ? section.count === undefined
              ? 'unknown'
              : formats.number(section.count)
            : '–',
        note: section.error?.message ?? section.absent,
        remedy: section.error?.remedy,
        takenAt: formats.dateTime(section.takenAt),
      })),
    })),
  };
}
