/**
 * The name of a key that we make tells the next run whose it is and which key it takes the place of: an interrupted
 * rotation can be finished by it, and needs no other memory. The store is part of it, for two installations may share
 * the names of everything else, and an account: neither takes the other's key for a leftover.
 */
export interface KeyName {
  readonly deployment: string;
  readonly nas: string;
  /** Identity of the store. */
  readonly store: string;
  /** Id of the key before. */
  readonly replaces: number;
  /** Names must be unique on the NAS. */
  readonly runId: string;
}

export function formatKeyName({ deployment, nas, store, replaces, runId }: KeyName): string {
  return `strandline ${deployment}/${nas} replaces ${replaces} (${runId.slice(0, 40)}, store ${store})`;
}

/** Undefined: not a key of this deployment for this NAS and store. */
export function parseKeyName(
  name: string,
  { deployment, nas, store }: Pick<KeyName, 'deployment' | 'nas' | 'store'>,
): { readonly replaces: number } | undefined {
  const [start, end] = [`strandline ${deployment}/${nas} replaces `, `, store ${store})`];
  if (!name.startsWith(start) || !name.endsWith(end)) return undefined;
  const [, replaces] = /^(\d+) \([^(),]+$/.exec(name.slice(start.length, -end.length)) ?? [];
  return replaces === undefined ? undefined : { replaces: Number(replaces) };
}
