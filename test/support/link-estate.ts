import { Config } from '../../src/config/schema.ts';
import { toJudgeOptions } from '../../src/config/to-options.ts';
import { correlate } from '../../src/correlate/correlate.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import type { Links } from '../../src/model/links.ts';
import type { JudgeOptions } from '../../src/model/options.ts';
import type { Estate } from '../../src/simulate/estate.ts';
import { type ProjectionOptions, toInventory } from './estate-to-inventory.ts';

export interface LinkedEstate {
  readonly inventory: Inventory;
  readonly links: Links;
  readonly options: JudgeOptions;
}

/** What stages after correlate/ are handed for an estate that faultless collectors read. */
export function linkEstate(estate: Estate, projection: ProjectionOptions = {}): LinkedEstate {
  const nases = (estate.config['nas'] ?? []) as readonly object[];
  const config = Config.parse({
    ...estate.config,
    nas: nases.map((entry) => ({ url: 'https://10.9.0.5', ...entry })),
  });
  const options = toJudgeOptions(config);
  const inventory = toInventory(estate, projection);
  return { inventory, links: correlate(inventory, options.backends), options };
}
