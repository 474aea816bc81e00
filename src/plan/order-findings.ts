import type { Finding } from '../model/finding.ts';
import type { Dependencies } from './dependencies.ts';

/** Every finding after all it depends on, else in the order given. What goes round in a circle comes back apart. */
export function orderFindings(
  findings: ReadonlyMap<string, Finding>,
  dependencies: ReadonlyMap<string, Dependencies>,
): { readonly ordered: readonly Finding[]; readonly circular: readonly Finding[] } {
  const ordered = new Map<string, Finding>();
  let waiting = [...findings.values()];
  for (;;) {
    const still: Finding[] = [];
    for (const finding of waiting) {
      const after = dependencies.get(finding.id)?.after ?? [];
      if (after.every((id) => ordered.has(id))) ordered.set(finding.id, finding);
      else still.push(finding);
    }
    if (still.length === 0 || still.length === waiting.length)
      return { ordered: [...ordered.values()], circular: still };
    waiting = still;
  }
}
