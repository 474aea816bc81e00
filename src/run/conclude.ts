import type { Config } from '../config/schema.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Memory } from '../model/memory.ts';
import type { JudgeOptions } from '../model/options.ts';
import type { Rule, ValidationOptions } from '../model/rule.ts';
import type { ScanResult, Usage } from '../model/scan-result.ts';
import type { HistorySeries } from '../model/trends.ts';
import type { Validation } from '../model/validation.ts';
import { validate } from '../validation/validate.ts';
import { assembleResult, type Verdicts } from './assemble-result.ts';
import { describeSources, type SourcesRead } from './describe-sources.ts';
import { addInsights } from './insights.ts';
import type { Judgement } from './judge.ts';
import { namedNamespaces } from './named-namespaces.ts';
import type { RunDeps } from './ports.ts';
import type { ReadTwice } from './read-twice.ts';

interface Remembered {
  readonly tool: ScanResult['tool'];
  readonly config: Config;
  readonly options: JudgeOptions;
  readonly memory: Memory;
  readonly checked: ReadTwice;
  readonly usage: Usage;
  readonly series: HistorySeries | undefined;
  readonly startedAt: Date;
  readonly deps: Pick<RunDeps, 'now' | 'scanId' | 'runId'>;
}

export interface Conclusion extends Remembered {
  readonly inventory: Inventory;
  readonly judged: Judgement;
  readonly userRules: readonly Rule[];
}

/** Of an inventory that was judged in one piece. Pure: the one result that every output is made from. */
export function conclude({ inventory, judged, userRules, ...rest }: Conclusion): ScanResult {
  const { config, options, usage, deps } = rest;
  const finishedAt = deps.now();
  const rules = toValidationOptions(config, options, userRules);
  const validation = validate(inventory, judged.links, { ...rules, pools: usage.pools }, finishedAt);
  const read = describeSources(inventory, judged.identities);
  return concludeFrom({ ...rest, read, judged, validation, finishedAt });
}

export interface Parts extends Remembered {
  readonly read: SourcesRead;
  readonly judged: Verdicts;
  readonly validation: Validation;
  readonly finishedAt: Date;
}

/** Of what was judged and validated already, in one piece or in several. */
export function concludeFrom(parts: Parts): ScanResult {
  const result = assembleResult(parts);
  return addInsights({ ...parts, result, because: parts.memory.because, now: parts.finishedAt });
}

/** All but the pools, which are measured first. */
export function toValidationOptions(
  config: Config,
  { snapshotRetention }: Pick<JudgeOptions, 'snapshotRetention'>,
  userRules: readonly Rule[],
): Omit<ValidationOptions, 'pools'> {
  return { rules: config.validation.rules, userRules, snapshotRetention, namespaces: namedNamespaces(config) };
}
