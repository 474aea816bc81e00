import assert from 'node:assert/strict';
import type { TruthFinding } from '../../src/simulate/estate.ts';
import { addEstate, formatMatrix, newMatrix } from './matrix.ts';

const finding = (name: string, severity = 'LOW'): TruthFinding => ({
  check: 'volume-retained',
  source: 'cluster/prod',
  kind: 'PersistentVolume',
  name,
  severity,
});

describe('[U] accuracy/matrix', () => {
  it('tells what was found from what was invented, missed and not exact', () => {
    const matrix = newMatrix(['volume-retained']);

    addEstate(
      matrix,
      7,
      50,
      [finding('a'), finding('b'), finding('c')],
      [finding('a'), finding('b', 'HIGH'), finding('d')],
    );

    assert.deepEqual(matrix.rows.get('volume-retained'), { found: 2, invented: 1, missed: 1, inexact: 1 });
    assert.match(formatMatrix(matrix), /volume-retained +2 +1 +1 +1 +46 +66\.67 % +66\.67 %/);
    assert.ok(matrix.mistakes.includes('seed 7: missed: volume-retained cluster/prod PersistentVolume c'));
  });

  it('counts a finding that is told twice as invented', () => {
    const matrix = newMatrix(['volume-retained']);

    addEstate(matrix, 1, 10, [finding('a')], [finding('a'), finding('a')]);

    assert.equal(matrix.rows.get('volume-retained')?.invented, 1);
  });
});
