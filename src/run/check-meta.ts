import type { CheckMeta } from '../model/check.ts';
import type { CheckId } from '../model/finding.ts';
import { detectors } from '../orphans/index.ts';

const metas = new Map(detectors.map(({ meta }) => [meta.id, meta]));

/** What the catalogue says of a check. */
export function metaOf(check: CheckId): CheckMeta {
  const meta = metas.get(check);
  if (meta === undefined) throw new Error(`check ${check} is not in the catalogue`);
  return meta;
}
