import type { Config } from '../config/schema.ts';
import { toJudgeOptions } from '../config/to-options.ts';
import { explain } from '../explain/explain.ts';
import type { Explanation } from '../explain/explanation.ts';
import type { Inventory } from '../model/inventory.ts';
import { judge } from './judge.ts';

/** Judges an inventory without any memory, and tells all about one name in it. Pure. */
export function explainName(inventory: Inventory, config: Config, name: string, now: Date): Explanation {
  const memory = { state: 'none', scans: 0, identities: {}, findings: [], damagedParts: [] } as const;
  const { links, drafts, outcomes } = judge(inventory, memory, toJudgeOptions(config), now);
  return explain(inventory, links, { findings: drafts, outcomes }, name);
}
