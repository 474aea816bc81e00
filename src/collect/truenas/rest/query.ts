/** Where a method lives in REST v2.0: CRUD `query` and `config` are the resource itself, the rest its last name. */
export function restPath(method: string): string {
  return `/api/v2.0/${method.replace(/\.(query|config)$/, '').replaceAll('.', '/')}`;
}

/**
 * Filters that REST understands the same way in every release are sent (`id=…`); options that only shorten an answer
 * (`select`, `extra.properties`) are not, for the old releases read them otherwise. The whole row comes then.
 */
export function restParameters(params: readonly unknown[]): URLSearchParams {
  const query = new URLSearchParams();
  for (const filter of Array.isArray(params[0]) ? params[0] : []) {
    const [field, operator, value] = filter as readonly unknown[];
    if (operator === '=' && typeof field === 'string') query.append(field, String(value));
  }
  return query;
}
