import type { Inventory } from '../model/inventory.ts';
import type { Memory } from '../model/memory.ts';
import type { JudgeOptions } from '../model/options.ts';
import type { SourceIdentity } from '../model/scan-result.ts';
import { findAcknowledgement } from '../orphans/suspicion/acknowledged.ts';

type Identity = ReturnType<typeof SourceIdentity.parse>;

/** How each source that showed its identity compares with history, by `cluster/…` and `nas/…`. */
export function compareIdentities(
  inventory: Inventory,
  memory: Memory,
  options: Pick<JudgeOptions, 'acknowledge'>,
  now: Date,
): ReadonlyMap<string, Identity> {
  const seen = [
    ...inventory.clusters.map(({ name, uid }) => [`cluster/${name}`, uid] as const),
    ...inventory.nases.map(({ name, hostId }) => [`nas/${name}`, hostId] as const),
  ];
  return new Map(
    seen.flatMap(([source, identity]): [string, Identity][] => {
      if (identity === undefined) return [];
      const known = memory.identities[source];
      if (known === undefined) return [[source, 'first']];
      if (known === identity) return [[source, 'same']];
      const isAccepted = findAcknowledgement(options.acknowledge, 'identity-changed', [source], now) !== undefined;
      return [[source, isAccepted ? 'acknowledged' : 'changed']];
    }),
  );
}
