/** Plain data as YAML and JSON give it. */
export type Plain = Readonly<Record<string, unknown>>;

export function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** Visits every scalar; what the visitor returns stands in the copy. */
export function mapScalars(
  value: unknown,
  visit: (scalar: unknown, path: readonly PropertyKey[]) => unknown,
  path: readonly PropertyKey[] = [],
): unknown {
  if (Array.isArray(value)) return value.map((item, index) => mapScalars(item, visit, [...path, index]));
  if (!isPlain(value)) return visit(value, path);
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [key, mapScalars(field, visit, [...path, key])]),
  );
}

/** `checks.mass.share`, `nas[0].url` */
export function formatPath(path: readonly PropertyKey[]): string {
  let text = '';
  for (const step of path)
    text += typeof step === 'number' ? `[${step}]` : text === '' ? String(step) : `.${String(step)}`;
  return text;
}
