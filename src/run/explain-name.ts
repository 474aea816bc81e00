import type { Config } from '../config/schema.ts';
import { toJudgeOptions } from '../config/to-options.ts';
import { explain } from '../explain/explain.ts';
import type { Explanation } from '../explain/explanation.ts';
import { openIgnoreBook } from '../findings/ignore.ts';
import type { Inventory } from '../model/inventory.ts';
import { describeIgnoredBy } from '../util/ignore-words.ts';
import { judge } from './judge.ts';

/** Judges an inventory without any memory, and tells all about one name in it. Pure. */
export function explainName(inventory: Inventory, config: Config, name: string, now: Date): Explanation {
  const memory = { state: 'none', scans: 0, identities: {}, findings: [], damagedParts: [] } as const;
  const options = toJudgeOptions(config);
  const { links, drafts, outcomes } = judge(inventory, memory, options, now);
  const book = openIgnoreBook(options.ignore, now);
  const findings = drafts.map((draft) => {
    const by = book.ruleFor(draft);
    return by === undefined ? draft : { ...draft, why: `${draft.why} It is ignored: ${describeIgnoredBy(by)}.` };
  });
  return explain(inventory, links, { findings, outcomes }, name);
}
