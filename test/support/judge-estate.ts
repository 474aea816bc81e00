import { truthKey, truthOf } from '../../fixtures/builder/truth.ts';
import { Config } from '../../src/config/schema.ts';
import { toJudgeOptions } from '../../src/config/to-options.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import type { Memory } from '../../src/model/memory.ts';
import type { JudgeOptions } from '../../src/model/options.ts';
import { detectors } from '../../src/orphans/index.ts';
import { type Judgement, judge } from '../../src/run/judge.ts';
import type { Estate, Release, TruthFinding } from '../../src/simulate/estate.ts';
import { type ProjectionOptions, toInventory } from './estate-to-inventory.ts';

export const noMemory: Memory = { state: 'none', scans: 0, identities: {}, findings: [], damagedParts: [] };

export interface JudgeEstateOptions extends ProjectionOptions {
  readonly memory?: Memory;
  readonly options?: Partial<JudgeOptions>;
  /** Falsifies what was read: an answer that is complete and wrong. */
  readonly change?: (inventory: Inventory) => Inventory;
}

/** Judges an estate as a scan with faultless collectors would. */
export function judgeEstate(
  estate: Estate,
  { memory = noMemory, options, change = (inventory) => inventory, ...projection }: JudgeEstateOptions = {},
): Judgement {
  const judgeOptions = { ...toJudgeOptions(configOf(estate)), ...options };
  return judge(change(toInventory(estate, projection)), memory, judgeOptions, new Date(estate.now));
}

/** The estate's config with the URL that a simulator would have. */
function configOf(estate: Estate): Config {
  const nas = ((estate.config['nas'] ?? []) as readonly object[]).map((entry) => ({
    url: 'https://10.9.0.5',
    ...entry,
  }));
  return Config.parse({ ...estate.config, nas });
}

/** Every finding as the truth files put it. */
export function toTruthFindings(judgement: Judgement): TruthFinding[] {
  return judgement.drafts.map(({ check, resource, severity, confidence, bytes }) => ({
    check,
    source: resource.source,
    kind: resource.kind,
    ...(resource.namespace !== undefined && { namespace: resource.namespace }),
    name: resource.name,
    severity: severity ?? catalogueSeverity(check),
    confidence,
    ...(bytes.reclaimable !== undefined && { reclaimableBytes: bytes.reclaimable }),
  })) as TruthFinding[];
}

const severities = new Map(detectors.map(({ meta }) => [meta.id, meta.severity]));
function catalogueSeverity(check: Judgement['drafts'][number]['check']) {
  return severities.get(check);
}

/** Lines that differ: `- …` missing, `+ …` too many, `~ …` otherwise. Empty: the verdicts are the truth. */
export function differences(judgement: Judgement, truth: readonly TruthFinding[]): string[] {
  const expected = new Map(truth.map((finding) => [truthKey(finding), finding]));
  const actual = toTruthFindings(judgement);
  const seen = new Map(actual.map((finding) => [truthKey(finding), finding]));
  const kept = new Set(seen.values());
  const twice = actual.filter((finding) => !kept.has(finding));
  return [
    ...[...expected.keys()].filter((key) => !seen.has(key)).map((key) => `- ${key}`),
    ...[...seen.keys()].filter((key) => !expected.has(key)).map((key) => `+ ${key}`),
    ...twice.map((finding) => `2× ${truthKey(finding)}`),
    ...[...expected].flatMap(([key, finding]) => {
      const other = seen.get(key);
      return other === undefined ? [] : compare(key, finding, other);
    }),
  ];
}

function compare(key: string, expected: TruthFinding, actual: TruthFinding): string[] {
  return (['severity', 'confidence', 'reclaimableBytes'] as const)
    .filter((field) => expected[field] !== actual[field])
    .map((field) => `~ ${key}: ${field} is ${actual[field]}, truth ${expected[field]}`);
}

/** `differences` against the estate's own truth, of the release of its first NAS where releases differ. */
export function differencesFromTruth(estate: Estate, judgement: Judgement, release?: Release): string[] {
  const truth = release === undefined ? estate.truth.findings : truthOf(estate.truth, release);
  return differences(judgement, truth);
}
