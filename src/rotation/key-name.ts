/**
 * The name of a key that we make tells the next run whose it is and which key it takes the place of: an interrupted
 * rotation can be finished by it, and needs no other memory.
 */
export interface KeyName {
  readonly deployment: string;
  readonly nas: string;
  /** Id of the key before; absent when there was none that the NAS knew. */
  readonly replaces?: number;
  /** Names must be unique on the NAS. */
  readonly runId: string;
}

export function formatKeyName({ deployment, nas, replaces, runId }: KeyName): string {
  const after = replaces === undefined ? '' : ` replaces ${replaces}`;
  return `${prefixOf(deployment, nas)}${after} (${runId.slice(0, 80)})`;
}

/** Undefined: not a key of this deployment for this NAS. */
export function parseKeyName(
  name: string,
  { deployment, nas }: Pick<KeyName, 'deployment' | 'nas'>,
): { readonly replaces: number | undefined } | undefined {
  const prefix = prefixOf(deployment, nas);
  if (!name.startsWith(prefix)) return undefined;
  const [, replaces] = /^(?: replaces (\d+))? \([^()]+\)$/.exec(name.slice(prefix.length)) ?? [];
  if (!/^(?: replaces \d+)? \([^()]+\)$/.test(name.slice(prefix.length))) return undefined;
  return { replaces: replaces === undefined ? undefined : Number(replaces) };
}

function prefixOf(deployment: string, nas: string): string {
  return `strandline ${deployment}/${nas}`;
}
