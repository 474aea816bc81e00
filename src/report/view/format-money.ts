import type { Money } from '../../model/recommendation.ts';

/** `12.30 EUR`; the currency is whatever config says, so no symbol is guessed. */
export function formatMoney({ perMonth, currency }: Money): string {
  const amount = perMonth.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return `${amount} ${currency}`;
}
