/** Names of environment variables that a text refers to, and the text with them filled in. */
export interface Substitution {
  readonly text: string;
  readonly used: readonly string[];
  /** Referred to without a default, and not set. */
  readonly unset: readonly string[];
}

/** Fills in `${NAME}` and `${NAME:-default}` (also for an empty variable, as in a shell); `$${` stands for `${`. */
export function substitute(text: string, env: Readonly<Record<string, string | undefined>>): Substitution {
  const used: string[] = [];
  const unset: string[] = [];
  const filled = text.replaceAll(
    /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g,
    (match, name: string | undefined, fallback: string | undefined) => {
      if (name === undefined) return match.slice(1);
      used.push(name);
      const value = env[name];
      if (fallback !== undefined) return value === undefined || value === '' ? fallback : value;
      if (value === undefined) unset.push(name);
      return value ?? '';
    },
  );
  return { text: filled, used, unset };
}
