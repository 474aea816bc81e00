import type { Resource } from '../model/finding.ts';
import type { Judged } from '../model/rule.ts';
import type { Problem } from '../model/validation.ts';

/** Looks at every item; `judge` says what is wrong in words, `undefined` when nothing is, or `undecided`. */
export function judgeEach<T>(
  items: readonly T[],
  resourceOf: (item: T) => Resource,
  judge: (item: T) => string | Undecidable | undefined,
): Judged {
  const problems: Problem[] = [];
  const undecided: Judged['undecided'][number][] = [];
  for (const item of items) {
    const verdict = judge(item);
    if (verdict === undefined) continue;
    const resource = resourceOf(item);
    if (typeof verdict === 'string') problems.push({ resource, why: verdict });
    else undecided.push({ kind: resource.kind, name: resource.name, because: verdict.undecided });
  }
  return { judged: items.length - undecided.length, problems, undecided };
}

export interface Undecidable {
  readonly undecided: string;
}
