import { truthKey } from '../../fixtures/builder/truth.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import type { TruthFinding } from '../../src/simulate/estate.ts';

/** One check over all estates. `inexact`: found, with another severity, confidence or number of bytes than is true. */
export interface Row {
  found: number;
  invented: number;
  missed: number;
  inexact: number;
}

export interface Matrix {
  readonly rows: Map<string, Row>;
  /** What went wrong, one line each, with its seed; the first hundred. */
  readonly mistakes: string[];
  resources: number;
}

export function newMatrix(checks: readonly string[]): Matrix {
  return {
    rows: new Map(checks.map((check) => [check, { found: 0, invented: 0, missed: 0, inexact: 0 }])),
    mistakes: [],
    resources: 0,
  };
}

export function addEstate(
  matrix: Matrix,
  seed: number,
  resources: number,
  truth: readonly TruthFinding[],
  told: readonly TruthFinding[],
): void {
  matrix.resources += resources;
  const open = new Map(truth.map((finding) => [truthKey(finding), finding]));
  const count = (finding: TruthFinding, how: keyof Row) => {
    const row = matrix.rows.get(finding.check);
    if (row === undefined) throw new Error(`check ${finding.check} is not in the catalogue`);
    row[how] += 1;
    if (how !== 'found' && matrix.mistakes.length < 100)
      matrix.mistakes.push(`seed ${seed}: ${how}: ${truthKey(finding)}`);
  };
  for (const finding of told) {
    const expected = open.get(truthKey(finding));
    open.delete(truthKey(finding));
    count(finding, expected === undefined ? 'invented' : 'found');
    if (expected !== undefined && !isSame(expected, finding)) count(finding, 'inexact');
  }
  for (const finding of open.values()) count(finding, 'missed');
}

function isSame(a: TruthFinding, b: TruthFinding): boolean {
  return a.severity === b.severity && a.confidence === b.confidence && a.reclaimableBytes === b.reclaimableBytes;
}

/** Everything that some check gives a verdict on. */
export function countResources({ clusters, nases }: Inventory): number {
  const sections = [
    ...clusters.flatMap(({ sections: s }) => [
      s.persistentVolumes,
      s.claims,
      s.volumeSnapshots,
      s.volumeSnapshotContents,
      s.volumeAttachments,
    ]),
    ...nases.flatMap(({ sections: s }) => [
      s.datasets,
      s.snapshots,
      s.nfsShares,
      s.smbShares,
      s.iscsiTargets,
      s.iscsiExtents,
      s.iscsiTargetExtents,
      s.nvmeSubsystems,
      s.nvmeNamespaces,
      s.snapshotTasks,
      s.replications,
    ]),
  ];
  return sections.reduce((sum, section) => sum + (section.ok ? section.items.length : 0), 0);
}

/** A table for people: per check what was found, invented and missed, and on how many resources it rightly kept silent. */
export function formatMatrix({ rows, resources }: Matrix): string {
  const head = ['check', 'found', 'invented', 'missed', 'inexact', 'silent', 'precision', 'recall'];
  const lines = [...rows].map(([check, { found, invented, missed, inexact }]) => {
    const numbers = [found, invented, missed, inexact, resources - found - invented - missed].map(String);
    return [check, ...numbers, percent(found, found + invented), percent(found, found + missed)];
  });
  const widths = head.map((_, column) => Math.max(...[head, ...lines].map((line) => line[column]?.length ?? 0)));
  const pad = (line: readonly string[]) =>
    line
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  return [head, ...lines].map(pad).join('\n');
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((100 * part) / whole).toFixed(2)} %`;
}
