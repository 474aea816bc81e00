const pattern = /^([+-]?)(\d+)?(?:\.(\d*))?(?:[eE]([+-]?\d+)|([numkMGTPE]|[KMGTPE]i))?$/;

/** Power of ten in milli-units, so that `n` and `u` are the only negative ones. */
const decimal: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const binary: Readonly<Record<string, bigint>> = { Ki: 10n, Mi: 20n, Gi: 30n, Ti: 40n, Pi: 50n, Ei: 60n };
const maxExponent = 40;
const maxLength = 64;

/**
 * A Kubernetes quantity (`10Gi`, `1.5G`, `100m`, `12e6`) in thousandths, exact. What is finer than a thousandth is
 * rounded away from zero, as the API server does. Undefined when the text is no quantity.
 */
export function parseQuantityMillis(text: string): bigint | undefined {
  const match = text.length <= maxLength ? pattern.exec(text) : null;
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', exponent, suffix = ''] = match;
  if (whole === '' && fraction === '') return undefined;
  const power = exponent === undefined ? (decimal[suffix] ?? 0) : Number(exponent);
  if (Math.abs(power) > maxExponent) return undefined;
  const digits = BigInt(whole + fraction) << (binary[suffix] ?? 0n);
  const millis = scale(digits, power + 3 - fraction.length);
  return sign === '-' ? -millis : millis;
}

/**
 * Whole bytes of a quantity as JSON carries it (text, or a bare number). Undefined when it is missing, no quantity,
 * negative, or beyond 2^53: unknown is never 0.
 */
export function bytesOfQuantity(value: unknown): number | undefined {
  const millis = typeof value === 'string' ? parseQuantityMillis(value) : millisOfNumber(value);
  if (millis === undefined || millis < 0n) return undefined;
  const bytes = (millis + 999n) / 1000n;
  return bytes <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(bytes) : undefined;
}

function millisOfNumber(value: unknown): bigint | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) * 1000n : undefined;
}

function scale(digits: bigint, power: number): bigint {
  if (power >= 0) return digits * 10n ** BigInt(power);
  const divisor = 10n ** BigInt(-power);
  return (digits + divisor - 1n) / divisor;
}
