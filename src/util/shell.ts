/** A word for a POSIX shell: names come from clusters and NASes and may hold anything. */
export function shellQuote(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** JSON as one shell word, for `midclt call`. */
export function shellJson(value: unknown): string {
  return `'${JSON.stringify(value).replaceAll("'", '\\u0027')}'`;
}
