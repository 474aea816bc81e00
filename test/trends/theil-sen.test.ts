import assert from 'node:assert/strict';
import { fitTheilSen } from '../../src/trends/theil-sen.ts';

/** Flow of the Nile at Aswan, 10^8 m³ a year, 1871–1890 (Cobb 1978; the first 20 of R's `Nile`). */
const nile = [
  1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799, 958, 1140,
];
const years = nile.map((_, index) => 1871 + index);

describe('[U] trends/theil-sen', () => {
  it('agrees with scipy.stats.theilslopes on a published series with ties', () => {
    const line = fitTheilSen(years, nile);
    close(line?.slope, -7.142857142857143);
    close(line?.intercept, 14547.142857142859);
    close(line?.low, -20.22222222222222);
    close(line?.high, 2.8181818181818183);
  });

  it('agrees with scipy.stats.theilslopes where a day is missing and a reading is wild', () => {
    const x = [0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
    const y = [10, 12, 13, 13, 17, 19, 18, 22, 90, 26, 27, 27, 31, 33, 35];
    const line = fitTheilSen(x, y);
    close(line?.slope, 1.6666666666666667);
    close(line?.intercept, 8.666666666666666);
    close(line?.low, 1.5);
    close(line?.high, 1.8181818181818181);
  });

  it('finds the line again when up to a quarter of the readings are anything at all', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const slope = (seed - 25) * 1e9;
      const x = Array.from({ length: 40 }, (_, i) => i);
      const y = x.map((at) => 5e12 + slope * at + (at % 4 === seed % 4 ? 1e13 * Math.sin(seed * at) : 0));
      const line = fitTheilSen(x, y);
      assert.ok(Math.abs((line?.slope ?? Number.NaN) - slope) < 5e9 + Math.abs(slope) * 0.7, `seed ${seed}`);
      assert.ok((line?.low ?? Number.NaN) <= (line?.slope ?? 0) && (line?.slope ?? 0) <= (line?.high ?? Number.NaN));
    }
  });

  it('is moved by a shift and stretched by a factor, and by nothing else', () => {
    const base = fitTheilSen(years, nile);
    const moved = fitTheilSen(
      years.map((year) => year - 1871),
      nile.map((value) => value * 3 + 1000),
    );
    close(moved?.slope, 3 * (base?.slope ?? 0));
    close(moved?.low, 3 * (base?.low ?? 0));
  });

  it('has no line for one moment', () => {
    assert.equal(fitTheilSen([1, 1], [2, 3]), undefined);
    assert.equal(fitTheilSen([], []), undefined);
  });
});

function close(actual: number | undefined, expected: number): void {
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) <= Math.abs(expected) * 1e-12, `${actual} is not ${expected}`);
}
