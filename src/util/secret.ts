import { inspect } from 'node:util';

const hidden = '[redacted]';

/**
 * A secret in memory. It cannot be printed, serialised or interpolated by accident: only `reveal()` gives the text, and
 * only the code that writes it to the wire calls that.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    register(text);
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return hidden;
  }

  toJSON(): string {
    return hidden;
  }

  [Symbol.toPrimitive](): string {
    return hidden;
  }

  [inspect.custom](): string {
    return hidden;
  }
}

const known = new Set<string>();

/** Every secret ever held, so that text from elsewhere (an error of a library, an answer of a server) can be cleaned. */
function register(text: string): void {
  if (text.length >= 4) known.add(text);
}

/** Replaces every known secret in a text, also in its URL-encoded, base64 and JSON-escaped form. */
export function redact(text: string): string {
  let clean = text;
  for (const secret of known) {
    for (const form of formsOf(secret)) {
      if (clean.includes(form)) clean = clean.replaceAll(form, hidden);
    }
  }
  return clean;
}

function formsOf(secret: string): readonly string[] {
  return [
    secret,
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    JSON.stringify(secret).slice(1, -1),
  ];
}
