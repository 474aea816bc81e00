import { checkTexts } from './check-texts.ts';
import type { ViewContext } from './context.ts';
import type { Formats } from './formats.ts';
import type { FindingGroup } from './group-findings.ts';
import { joinWords, severityViews } from './words.ts';

const maxActions = 5;

/** At most five lines: what to do, what it brings, where to read on. */
export function buildActions(groups: readonly FindingGroup[], { formats }: Pick<ViewContext, 'formats'>) {
  return {
    items: groups.slice(0, maxActions).map((group) => toAction(group, formats)),
    more:
      groups.length > maxActions
        ? formats.plural(groups.length - maxActions, 'further kind of finding', 'further kinds of findings')
        : undefined,
  };
}

function toAction(group: FindingGroup, formats: Formats) {
  const text = checkTexts[group.check];
  return {
    severity: severityViews[group.worst],
    text: text.action.replace('{n}', formats.plural(group.findings.length, text.one, text.many)),
    where: whereOf(group),
    effect: effectOf(group, formats),
    caution: cautionOf(group),
    anchor: anchorOf(group.check),
  };
}

/** Anchor of a check's group in the report. */
export function anchorOf(check: string): string {
  return `check-${check}`;
}

function whereOf(group: FindingGroup): string {
  const sources = new Set(group.findings.map(({ resource }) => resource.nas ?? resource.cluster ?? resource.source));
  return joinWords([...sources].toSorted().slice(0, 3));
}

function effectOf(group: FindingGroup, formats: Formats): string {
  if (group.reclaimableBytes === 0) return checkTexts[group.check].effect;
  const atLeast = group.unknownBytes > 0 ? 'at least ' : '';
  return `frees ${atLeast}${formats.bytes(group.reclaimableBytes)}`;
}

/** Nothing is removed on the word of a single scan. */
function cautionOf(group: FindingGroup): string | undefined {
  const waiting = group.findings.length - group.confirmed;
  if (waiting === 0) return undefined;
  if (group.confirmed === 0) return 'unconfirmed: wait for the next scan';
  return `${waiting} unconfirmed`;
}
