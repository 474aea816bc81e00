import type { Finding } from '../model/finding.ts';

export interface Dependencies {
  /** Findings that must be dealt with before this one. */
  readonly after: readonly string[];
  /** Clone that stays and has to be promoted first. */
  readonly promote?: string;
  readonly holds: readonly string[];
  /** Why it cannot be in the plan. */
  readonly against: readonly string[];
}

/**
 * What must happen before each finding can be removed. A clone that is in the plan goes first; one clone that stays is
 * promoted, and then hangs on whatever its former owner hung on; with two the order depends on their origins, which a
 * result does not tell.
 */
export function findDependencies(
  wanted: ReadonlyMap<string, Finding>,
  all: readonly Finding[],
): ReadonlyMap<string, Dependencies> {
  const byName = new Map([...wanted.values()].map((finding) => [keyOf(finding), finding]));
  const known = new Set(all.filter((finding) => finding.change !== 'resolved').map(keyOf));
  const found = new Map<string, Dependencies>();
  for (const finding of wanted.values()) {
    const at = (name: string) => `${finding.resource.source} ${name}`;
    const named = (kind: string) => finding.blockers.filter((b) => b.kind === kind).map((b) => b.name);
    const needed = [...named('clone'), ...named('child'), ...named('attachment')];
    const after = needed.flatMap((name) => byName.get(at(name))?.id ?? []);
    const staying = stayingClones(finding, byName, new Set());
    const isAdvice = finding.resource.nas === undefined;
    const [promote] = staying;
    found.set(finding.id, {
      after,
      ...(promote !== undefined && !isAdvice && { promote }),
      holds: isAdvice ? [] : [...new Set(named('hold'))],
      against: isAdvice
        ? []
        : [
            ...named('child')
              .filter((name) => !byName.has(at(name)))
              .map((name) => `${name} stands below it and is not in the plan`),
            ...named('snapshot').map((name) => `${name} still refers to a snapshot of it`),
            ...named('task').map((name) => `task ${name} still uses it`),
            ...named('retain').map((name) => `${name} is kept on purpose`),
            ...named('attachment')
              .filter((name) => !byName.has(at(name)))
              .map((name) => `${name} is still attached`),
            ...staying
              .filter((name) => known.has(at(name)))
              .map((name) => `its clone ${name} is reported as well and not in the plan`),
            ...(staying.length > 1
              ? [`several clones stay (${staying.join(', ')}): promote the one with the newest origin and scan again`]
              : []),
          ],
    });
  }
  return found;
}

function stayingClones(finding: Finding, byName: ReadonlyMap<string, Finding>, seen: Set<string>): string[] {
  if (seen.has(finding.id)) return [];
  seen.add(finding.id);
  const clones = finding.blockers.filter(({ kind }) => kind === 'clone').map(({ name }) => name);
  const names = clones.flatMap((name) => {
    const planned = byName.get(`${finding.resource.source} ${name}`);
    return planned === undefined ? [name] : stayingClones(planned, byName, seen);
  });
  return [...new Set(names)];
}

function keyOf({ resource }: Finding): string {
  return `${resource.source} ${resource.name}`;
}
