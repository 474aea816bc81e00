import type { Context, Detector, Undecided } from '../model/check.ts';
import type { FindingDraft } from '../model/finding.ts';
import type { CheckOutcome } from '../model/scan-result.ts';
import type { NasInventory } from '../model/truenas.ts';
import { doubtOf } from '../orphans/suspicion/doubtful-findings.ts';
import type { GuardInput, Suspicion } from '../orphans/suspicion/guard.ts';
import { guards } from '../orphans/suspicion/index.ts';
import { findMassResult } from '../orphans/suspicion/mass-result.ts';
import { buildView, findMissing } from './judge-needs.ts';
import type { Scope } from './judge-scopes.ts';

export interface Bench {
  readonly context: Context;
  readonly nases: ReadonlyMap<string, NasInventory>;
  readonly guardInput: Pick<GuardInput, 'backends' | 'volumesOf' | 'memory'>;
  /** True when a person has acknowledged it; remembers that it was lifted. */
  readonly isLifted: (suspicion: Suspicion, scope: string) => boolean;
}

export interface Assessment {
  readonly outcome: CheckOutcome;
  readonly drafts: readonly FindingDraft[];
}

/** One check at one scope: runs it only when everything it needs was read and nothing looks odd. */
export function assess(detector: Detector, scope: Scope, bench: Bench): Assessment {
  const { meta } = detector;
  const missing = findMissing(meta, scope);
  if (missing.length > 0) return without(detector, scope, 'notAssessed', missing.join('; '));
  const doubts = meta.provesAbsence
    ? guards
        .flatMap((guard) => guard({ meta, scope, ...bench.guardInput }))
        .filter((suspicion) => !bench.isLifted(suspicion, scope.id))
    : [];
  if (doubts.length > 0) {
    const words = [...new Set(doubts.map(({ because }) => because))];
    return without(detector, scope, 'notAssessed', words.join('; '));
  }
  try {
    const { findings, undecided } = detector.run(buildView(meta, scope), bench.context);
    return meta.provesAbsence
      ? weigh(detector, scope, findings, undecided, bench)
      : conclude(detector, scope, findings, undecided);
  } catch (thrown) {
    const text = thrown instanceof Error ? thrown.message : String(thrown);
    return without(detector, scope, 'errored', `the check failed: ${text}`);
  }
}

function weigh(
  detector: Detector,
  scope: Scope,
  findings: readonly FindingDraft[],
  undecided: readonly Undecided[],
  bench: Bench,
): Assessment {
  const mass = findMassResult(scope.id, findings, scope.links, bench.context.options);
  if (mass !== undefined && !bench.isLifted(mass, scope.id))
    return without(detector, scope, 'notAssessed', mass.because);
  const believed: FindingDraft[] = [];
  const doubted: Undecided[] = [];
  for (const finding of findings) {
    const doubt = doubtOf(finding, bench.nases);
    if (doubt === undefined || bench.isLifted(doubt, scope.id)) believed.push(finding);
    else doubted.push({ ...nameOf(finding), because: doubt.because });
  }
  return conclude(detector, scope, believed, [...undecided, ...doubted]);
}

function nameOf({ resource }: FindingDraft): Pick<Undecided, 'kind' | 'name'> {
  const { kind, namespace, name } = resource;
  return { kind, name: namespace === undefined ? name : `${namespace}/${name}` };
}

function conclude(
  { meta }: Detector,
  scope: Scope,
  drafts: readonly FindingDraft[],
  undecided: readonly Undecided[],
): Assessment {
  const status = drafts.length > 0 ? 'found' : 'passed';
  return { outcome: { id: meta.id, scope: scope.id, status, count: drafts.length, undecided: [...undecided] }, drafts };
}

function without({ meta }: Detector, scope: Scope, status: 'notAssessed' | 'errored', because: string): Assessment {
  return { outcome: { id: meta.id, scope: scope.id, status, because, count: 0, undecided: [] }, drafts: [] };
}
