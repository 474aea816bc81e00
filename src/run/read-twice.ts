import type { Undecided } from '../model/check.ts';
import type { SectionError, SourceId } from '../model/collected.ts';
import type { FindingDraft, Premise } from '../model/finding.ts';

/** What one source says when it is asked by name a second time. */
export interface Reading {
  readonly premise: Premise;
  /** `stored`: the source is a stored share, of which nothing can be asked again. */
  readonly status: 'present' | 'absent' | 'failed' | 'stored';
  readonly uid?: string;
  readonly deleting?: true;
  readonly error?: SectionError;
}

export type ReadAgain = (source: SourceId, premises: readonly Premise[]) => Promise<readonly Reading[]>;

export interface ReadTwice {
  /** Drafts whose every premise still holds, or could not be asked for again. */
  readonly standing: readonly FindingDraft[];
  /** Of those that stand: what could not be asked for again, and so is never confirmed. */
  readonly unchecked?: ReadonlySet<FindingDraft>;
  /** Drafts on which there is no verdict now: the second reading failed or said something else. */
  readonly fallen: readonly { readonly draft: FindingDraft; readonly undecided: Undecided; readonly failed: boolean }[];
}

/** Asks both sides again, by name and in one batch per source, for everything that the candidates rest on. */
export async function readTwice(candidates: readonly FindingDraft[], readAgain: ReadAgain): Promise<ReadTwice> {
  const bySource = new Map<SourceId, Map<string, Premise>>();
  for (const { premises } of candidates) {
    for (const premise of premises) {
      const wanted = bySource.get(premise.source) ?? new Map<string, Premise>();
      bySource.set(premise.source, wanted.set(keyOf(premise), premise));
    }
  }
  const answers = new Map<string, Reading>();
  await Promise.all(
    [...bySource].map(async ([source, premises]) => {
      for (const reading of await readAgain(source, [...premises.values()]))
        answers.set(keyOf(reading.premise), reading);
    }),
  );

  const standing: FindingDraft[] = [];
  const unchecked = new Set<FindingDraft>();
  const fallen: ReadTwice['fallen'][number][] = [];
  for (const draft of candidates) {
    const objections = draft.premises.flatMap((premise) => objection(premise, answers.get(keyOf(premise))));
    const first = objections[0];
    if (first === undefined) {
      standing.push(draft);
      if (draft.premises.some((premise) => answers.get(keyOf(premise))?.status === 'stored')) unchecked.add(draft);
      continue;
    }
    const { kind, namespace, name } = draft.resource;
    const label = namespace === undefined ? name : `${namespace}/${name}`;
    fallen.push({
      draft,
      undecided: { kind, name: label, because: first.because },
      failed: objections.some(({ failed }) => failed),
    });
  }
  return { standing, fallen, unchecked };
}

function keyOf({ source, kind, namespace, name }: Premise): string {
  return [source, kind, namespace ?? '', name].join('\u0000');
}

function objection(premise: Premise, reading: Reading | undefined): { because: string; failed: boolean }[] {
  if (reading?.status === 'stored') return [];
  const what = `${premise.kind} ${premise.name} on ${premise.source}`;
  if (reading === undefined || reading.status === 'failed') {
    const why = reading?.error?.message ?? 'no answer';
    return [{ because: `${what} could not be read a second time: ${why}`, failed: true }];
  }
  const isOther = premise.uid !== undefined && reading.uid !== undefined && reading.uid !== premise.uid;
  const isThere = reading.status === 'present' && !isOther;
  // An attachment that does not detach is the finding itself.
  if (reading.status === 'present' && reading.deleting === true && premise.kind !== 'VolumeAttachment') {
    return [{ because: `${what} is being deleted`, failed: false }];
  }
  if (isThere === (premise.expect === 'present')) return [];
  const change = premise.expect === 'present' ? 'was gone' : 'had appeared';
  return [{ because: `${what} ${change} at the second reading`, failed: false }];
}
