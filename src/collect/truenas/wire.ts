/**
 * JSON as TrueNAS writes it. Integers above 2^53 (guids, clientids) become their decimal text, so that no digit is lost:
 * they are put in quotes before the text is parsed. A quote too many, inside a text, ends that text before a digit, which
 * is no JSON; then the slow way is taken, which asks for the source of every number.
 */
export function parseWire(text: string): unknown {
  if (!/[:,[]\s*-?\d{16}/.test(text)) return JSON.parse(text);
  try {
    return JSON.parse(text.replace(longInteger, quoteUnsafe));
  } catch {
    return parseWithSource(text, (_key, value, context) =>
      typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '')
        ? context?.source
        : value,
    );
  }
}

const longInteger = /([:,[]\s*)(-?[1-9]\d{15,})(?=\s*[,}\]])/g;

function quoteUnsafe(found: string, before: string, digits: string): string {
  return Number.isSafeInteger(Number(digits)) ? found : `${before}"${digits}"`;
}

type Reviver = (key: string, value: unknown, context?: { readonly source?: string }) => unknown;

/** Node 24 hands the source text to a reviver; TypeScript's es2024 library does not know yet. */
const parseWithSource = JSON.parse as (text: string, reviver: Reviver) => unknown;

/** `{"$date": ms}` → ISO 8601 UTC; undefined for anything else. */
export function dateOf(value: unknown): string | undefined {
  const ms = isRecord(value) ? value['$date'] : undefined;
  return typeof ms === 'number' ? toIso(ms) : undefined;
}

/** `{"$set": […]}` or a plain list of texts. */
export function setOf(value: unknown): readonly string[] | undefined {
  const items = isRecord(value) ? value['$set'] : value;
  return Array.isArray(items) && items.every((item) => typeof item === 'string') ? items : undefined;
}

export function toIso(ms: number): string | undefined {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
