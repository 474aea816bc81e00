import { z } from 'zod';

/** Paths of the single values of a schema (`resource.namespace`), in its order: what can be sorted by and be a column. */
export function listScalarPaths(schema: z.ZodObject, before = ''): readonly string[] {
  return Object.entries(schema.shape).flatMap(([key, field]) => {
    const inner = unwrap(field as z.ZodType);
    const path = `${before}${key}`;
    if (inner instanceof z.ZodObject) return listScalarPaths(inner, `${path}.`);
    return inner instanceof z.ZodArray || inner instanceof z.ZodRecord ? [] : [path];
  });
}

function unwrap(field: z.ZodType): z.ZodType {
  return field instanceof z.ZodOptional ? unwrap(field.unwrap() as z.ZodType) : field;
}

export function valueAt(item: unknown, path: string): unknown {
  let value = item;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}
