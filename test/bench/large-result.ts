import type { ScanResult } from '../../src/model/scan-result.ts';
import { makeRichResult } from '../support/make-result.ts';

/** A result with 2,000 findings and so many volumes of which everything is known, spread over 200 namespaces. */
export function makeLargeResult(volumes: number): ScanResult {
  const rich = makeRichResult(2000);
  const some = rich.usage.volumes.filter(
    ({ usedBytes, provisionedBytes, utilisation }) =>
      usedBytes !== undefined && provisionedBytes !== undefined && utilisation !== undefined,
  );
  const all = Array.from({ length: volumes }, (_, index) => ({
    ...(some[index % some.length] as (typeof some)[number]),
    persistentVolume: `pvc-${index}`,
    uid: `uid-${index}`,
    dataset: `tank/k8s/v/pvc-${index}`,
    namespace: `team-${index % 200}`,
    claim: `data-${index}`,
  }));
  return { ...rich, usage: { ...rich.usage, volumes: all } };
}
