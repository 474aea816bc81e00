import { defineRule } from '../../model/rule.ts';
import type { SnapshotTask } from '../../model/truenas.ts';
import { isAtOrBelow } from '../../util/names.ts';
import { judgeEach } from '../judge-each.ts';
import { nasResource } from '../resources.ts';

export const snapshotRetentionAgrees = defineRule({
  meta: {
    id: 'snapshot-retention-agrees',
    title: 'Snapshot tasks on the NAS keep volumes no longer than CSI snapshots are kept',
    severity: 'LOW',
    component: 'snapshotClass',
    scope: 'backend',
    why: 'What was deleted in Kubernetes lives on in the snapshots of the task, and takes space until they expire.',
    remediation: 'Give the task the lifetime of the CSI snapshots, or exclude the parent of the volumes from it.',
    example: 'midclt call pool.snapshottask.update <id> \'{"lifetime_value": 2, "lifetime_unit": "WEEK"}\'',
    needs: { nas: ['snapshotTasks'] },
  },
  check(view, { options }) {
    const longest = Math.max(...options.snapshotRetention.map(({ maxAgeMs }) => maxAgeMs));
    const parents = view.backend?.parents ?? [];
    const tasks = Number.isFinite(longest)
      ? view.nas.snapshotTasks.filter((task) => task.enabled && parents.some((parent) => covers(task, parent)))
      : [];
    return judgeEach(
      tasks,
      (task) => nasResource(view, 'SnapshotTask')(String(task.id)),
      (task) => {
        const lifetimeMs = lifetimeOf(task);
        if (lifetimeMs === undefined) return { undecided: 'the lifetime of its snapshots is not known' };
        if (lifetimeMs <= longest) return undefined;
        return `snapshots of ${task.dataset} live ${days(lifetimeMs)} days, CSI snapshots at most ${days(longest)}`;
      },
    );
  },
});

function covers(task: SnapshotTask, parent: string): boolean {
  if (task.exclude.some((excluded) => isAtOrBelow(parent, excluded))) return false;
  return task.recursive && isAtOrBelow(parent, task.dataset);
}

const dayMs = 86_400_000;
const unitMs: Readonly<Record<string, number>> = {
  HOUR: dayMs / 24,
  DAY: dayMs,
  WEEK: 7 * dayMs,
  MONTH: 30 * dayMs,
  YEAR: 365 * dayMs,
};

function lifetimeOf({ lifetimeValue, lifetimeUnit }: SnapshotTask): number | undefined {
  const unit = unitMs[lifetimeUnit?.toUpperCase() ?? ''];
  return unit === undefined || lifetimeValue === undefined ? undefined : lifetimeValue * unit;
}

function days(ms: number): number {
  return Math.round(ms / dayMs);
}
