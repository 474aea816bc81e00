import assert from 'node:assert/strict';
import fc from 'fast-check';
import { bytesOfQuantity, parseQuantityMillis } from '../../src/util/quantity.ts';

describe('[U] util/quantity', () => {
  const table: readonly (readonly [string, bigint | undefined])[] = [
    ['10Gi', 10n * 1024n ** 3n * 1000n],
    ['1.5Gi', 1_610_612_736n * 1000n],
    ['1.5G', 1_500_000_000_000n],
    ['100m', 100n],
    ['1E', 10n ** 21n],
    ['1e3', 1_000_000n],
    ['1E3', 1_000_000n],
    ['12e6', 12_000_000_000n],
    ['5e-1', 500n],
    ['.5', 500n],
    ['1.', 1000n],
    ['+2', 2000n],
    ['-2k', -2_000_000n],
    ['0', 0n],
    ['1n', 1n],
    ['1u', 1n],
    ['8Ei', 8n * 2n ** 60n * 1000n],
    ['', undefined],
    ['.', undefined],
    ['10 Gi', undefined],
    ['10GiB', undefined],
    ['10gi', undefined],
    ['1e', undefined],
    ['1e999999999', undefined],
    ['ten', undefined],
  ];
  for (const [text, millis] of table) {
    it(`reads ${JSON.stringify(text)} as ${millis ?? 'no quantity'}`, () => {
      assert.equal(parseQuantityMillis(text), millis);
    });
  }

  it('reads every whole number of bytes back exactly', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 62n }), (bytes) => {
        assert.equal(parseQuantityMillis(String(bytes)), bytes * 1000n);
      }),
    );
  });

  it('agrees with arithmetic for every binary suffix and decimal fraction', () => {
    const suffixes = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'] as const;
    const fraction = fc.integer({ min: 0, max: 999 });
    fc.assert(
      fc.property(fc.nat(9_999), fraction, fc.constantFrom(...suffixes), (whole, thousandths, suffix) => {
        const text = `${whole}.${String(thousandths).padStart(3, '0')}${suffix}`;
        const unit = 1024n ** BigInt(suffixes.indexOf(suffix) + 1);
        assert.equal(parseQuantityMillis(text), (BigInt(whole) * 1000n + BigInt(thousandths)) * unit);
      }),
    );
  });

  it('never throws and gives a safe number of bytes or nothing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.integer(), fc.double(), fc.constant(null)), (value) => {
        const bytes = bytesOfQuantity(value);
        assert.ok(bytes === undefined || (Number.isSafeInteger(bytes) && bytes >= 0));
      }),
    );
  });

  it('says unknown, not 0, for what is negative, too large or no quantity', () => {
    for (const value of ['-1', '9Ei', 'much', {}, undefined, null, 1.5])
      assert.equal(bytesOfQuantity(value), undefined);
  });

  it('rounds a part of a byte up, and takes bare numbers', () => {
    assert.equal(bytesOfQuantity('1500m'), 2);
    assert.equal(bytesOfQuantity(1024), 1024);
  });
});
