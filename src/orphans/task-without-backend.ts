import type { Backend } from '../model/backend.ts';
import { type Detector, defineDetector } from '../model/check.ts';
import type { Premise } from '../model/finding.ts';
import { addTo } from '../util/groups.ts';
import { leafOf, parentOf } from '../util/names.ts';
import { shellJson } from '../util/shell.ts';
import { draft, fact, Verdict } from './draft.ts';
import { nasResource } from './resources.ts';

export const taskWithoutBackend: Detector = defineDetector({
  meta: {
    id: 'task-without-backend',
    title: 'Snapshot or replication task of a CSI volume that is gone',
    severity: 'LOW',
    why: 'It fails at every run, and hides failures of tasks that matter.',
    remediation: 'Delete the task.',
    scope: 'nas',
    provesAbsence: true,
    frees: false,
    needs: { nas: ['datasets', 'pools', 'snapshotTasks', 'replications'] },
  },
  run(view) {
    const verdict = new Verdict();
    const there = new Set(view.nas.datasets.map((dataset) => dataset.name));
    const owners = exclusiveByParent(view.nas.name, view.links.backends);
    const named = new Set(view.links.volumes.flatMap(({ volume }) => leafOf(volume.csi?.handle ?? volume.name)));
    const ownersOf = (name: string) => owners.get(parentOf(name) ?? '') ?? [];
    const isGoneVolume = (name: string) => !there.has(name) && !named.has(leafOf(name)) && ownersOf(name).length > 0;
    const confidenceOf = (names: readonly string[]) =>
      names.every((name) => ownersOf(name).every((isExclusive) => isExclusive)) ? ('high' as const) : ('low' as const);
    const source = `nas/${view.nas.name}` as const;
    const absent = (name: string): Premise => ({ source, kind: 'dataset', name, expect: 'absent' });
    for (const task of view.nas.snapshotTasks) {
      if (!isGoneVolume(task.dataset)) continue;
      verdict.found(
        draft(taskWithoutBackend.meta, view.scope, {
          resource: nasResource(view.nas.name, 'SnapshotTask', task.dataset, String(task.id)),
          confidence: confidenceOf([task.dataset]),
          why: `periodic snapshot task ${task.id} is for ${task.dataset}, which does not exist`,
          evidence: [
            ...fact('task', task.id, `${source} pool.snapshottask.query`),
            ...fact('enabled', task.enabled ? 'yes' : 'no', `${source} pool.snapshottask.query`),
            ...fact('naming schema', task.namingSchema, `${source} pool.snapshottask.query`),
          ],
          steps: ['Delete the periodic snapshot task on the NAS.'],
          commands: [`midclt call pool.snapshottask.query ${shellJson([['id', '=', task.id]])}`],
          premises: [{ source, kind: 'snapshotTask', name: String(task.id), expect: 'present' }, absent(task.dataset)],
        }),
      );
    }
    for (const task of view.nas.replications) {
      const isLocal = task.direction === 'PUSH';
      const sources = isLocal ? task.sourceDatasets : [];
      if (sources.length === 0 || !sources.every(isGoneVolume)) continue;
      verdict.found(
        draft(taskWithoutBackend.meta, view.scope, {
          resource: nasResource(view.nas.name, 'Replication', task.name, String(task.id)),
          confidence: confidenceOf(sources),
          why: `replication ${task.name} sends ${sources.join(', ')}, which does not exist`,
          evidence: fact('task', task.id, `${source} replication.query`),
          steps: ['Delete the replication task on the NAS.'],
          commands: [`midclt call replication.query ${shellJson([['id', '=', task.id]])}`],
          premises: [{ source, kind: 'replication', name: String(task.id), expect: 'present' }, ...sources.map(absent)],
        }),
      );
    }
    return verdict;
  },
});

/** Parent → whether each backend that keeps volumes directly below it is exclusive. */
function exclusiveByParent(nas: string, backends: readonly Backend[]): ReadonlyMap<string, readonly boolean[]> {
  const parents = new Map<string, boolean[]>();
  for (const backend of backends.filter((candidate) => candidate.nas === nas)) {
    for (const parent of backend.parents) addTo(parents, parent, backend.exclusive);
  }
  return parents;
}
