import { isPlain, type Plain } from './plain.ts';

/** One value from a flag or the environment, laid over the file. A list or object replaces what was there. */
export interface Override {
  readonly path: readonly PropertyKey[];
  readonly value: unknown;
  /** Where it came from, as an error names it: `environment STRANDLINE_LOG__LEVEL`, `--min-age`. */
  readonly from: string;
}

/** The values with all overrides laid over them in order; the input stays as it is. */
export function applyOverrides(values: Plain, overrides: readonly Override[]): Plain {
  let result: unknown = values;
  for (const { path, value } of overrides) result = withValue(result, path, value);
  return result as Plain;
}

/** The override that gave the value at this path, if one did. */
export function findOrigin(path: readonly PropertyKey[], overrides: readonly Override[]): Override | undefined {
  return overrides.findLast((override) => override.path.every((step, index) => step === path[index]));
}

function withValue(at: unknown, [step, ...rest]: readonly PropertyKey[], value: unknown): unknown {
  if (step === undefined) return value;
  if (typeof step === 'number') {
    const list = Array.isArray(at) ? [...at] : [];
    list[step] = withValue(list[step], rest, value);
    return list;
  }
  const fields = isPlain(at) ? at : {};
  const key = String(step);
  return { ...fields, [key]: withValue(fields[key], rest, value) };
}
