import type { UsageGroup } from '../../model/scan-result.ts';
import type { ViewContext } from './context.ts';
import type { Formats } from './formats.ts';
import { compareText } from './group-findings.ts';
import { formatScope } from './words.ts';

/** Who uses the space: by namespace, StorageClass and backend. */
export function buildUsage({ result, medium, formats }: ViewContext) {
  const { usage } = result;
  return {
    tables: [
      toTable('namespace', 'Namespace', usage.namespaces, medium.groups, formats),
      toTable('storage-class', 'StorageClass', usage.storageClasses, medium.groups, formats),
      toTable('backend', 'Backend', usage.backends, medium.groups, formats),
    ],
    notAssessed: usage.notAssessed,
  };
}

function toTable(id: string, noun: string, groups: readonly UsageGroup[], cap: number, { toAmount }: Formats) {
  const sorted = groups.toSorted((a, b) => (b.usedBytes ?? -1) - (a.usedBytes ?? -1) || compareText(a.key, b.key));
  return {
    id,
    noun,
    rows: sorted.slice(0, cap).map((group) => ({
      name: formatScope(group.key),
      volumes: group.volumes,
      unknown: group.unknown,
      provisioned: toAmount(group.provisionedBytes),
      used: toAmount(group.usedBytes),
      data: toAmount(group.dataBytes),
      snapshots: toAmount(group.snapshotBytes),
      reserved: toAmount(group.reservedBytes),
    })),
    leftOut: Math.max(0, sorted.length - cap),
  };
}
