import { anchorOf } from './actions.ts';
import { checkTexts } from './check-texts.ts';
import type { ViewContext } from './context.ts';
import type { Formats } from './formats.ts';
import type { FindingGroup } from './group-findings.ts';

const rowsOnScreen = 8;
/** Page one has to hold what changed and the checks too. */
const rowsOnPaper = 5;

/** Space by kind of finding, largest first. Kinds without any byte follow in one line. */
export function buildReclaimable(groups: readonly FindingGroup[], { result, medium, formats }: ViewContext) {
  const { toAmount } = formats;
  const most = medium.name === 'print' ? rowsOnPaper : rowsOnScreen;
  const sorted = groups.toSorted((a, b) => b.reclaimableBytes - a.reclaimableBytes);
  const withBytes = sorted.filter((group) => group.reclaimableBytes > 0);
  const shown = withBytes.slice(0, most).map((group) => toRow(group, formats));
  const rest = withBytes.slice(most);
  return {
    rows: rest.length > 0 ? [...shown, restRow(rest, formats)] : shown,
    total: {
      count: withBytes.reduce((sum, group) => sum + group.findings.length, 0),
      bytes: toAmount(result.summary.reclaimableBytes),
      confirmed: toAmount(result.summary.confirmedReclaimableBytes),
      unconfirmed: toAmount(result.summary.unconfirmedReclaimableBytes),
    },
    unknownNote: unknownNote(groups, formats),
  };
}

function toRow(group: FindingGroup, { toAmount }: Formats) {
  return {
    title: checkTexts[group.check].title,
    anchor: anchorOf(group.check) as string | undefined,
    count: group.findings.length,
    bytes: toAmount(group.reclaimableBytes),
    confirmed: toAmount(group.confirmedReclaimableBytes),
    unconfirmed: toAmount(group.reclaimableBytes - group.confirmedReclaimableBytes),
    unknown: group.unknownBytes,
  };
}

function restRow(groups: readonly FindingGroup[], { plural, toAmount }: Formats) {
  const reclaimable = sum(groups, 'reclaimableBytes');
  const confirmed = sum(groups, 'confirmedReclaimableBytes');
  return {
    title: plural(groups.length, 'smaller kind'),
    anchor: undefined,
    count: groups.reduce((total, group) => total + group.findings.length, 0),
    bytes: toAmount(reclaimable),
    confirmed: toAmount(confirmed),
    unconfirmed: toAmount(reclaimable - confirmed),
    unknown: sum(groups, 'unknownBytes'),
  };
}

function sum(
  groups: readonly FindingGroup[],
  field: 'reclaimableBytes' | 'confirmedReclaimableBytes' | 'unknownBytes',
): number {
  return groups.reduce((total, group) => total + group[field], 0);
}

function unknownNote(groups: readonly FindingGroup[], { plural }: Formats): string | undefined {
  const unknown = sum(groups, 'unknownBytes');
  return unknown === 0
    ? undefined
    : `For ${plural(unknown, 'finding')} it is not known what removal would free; they are not in the sums.`;
}
