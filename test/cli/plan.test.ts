import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import type { CleanupPlan } from '../../src/plan/cleanup-plan.ts';
import { makeLeftover, makePlanResult } from '../support/make-plan-result.ts';
import { runCommand } from '../support/run-command.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

describe('[U] cli/commands/plan', () => {
  const folder = useTemporaryFolder();
  const file = folder.file('result.json');
  writeFileSync(file, JSON.stringify(makePlanResult([makeLeftover('tank/k8s/v/pvc-1')])));

  it('prints the script for a stored result', async () => {
    const { stdout } = await runCommand({ argv: ['plan', '--from', file] });

    assert.match(stdout, /^#!\/bin\/sh\n/);
    assert.match(stdout, /^#count .* && nas nas01 pool\.dataset\.delete '"tank\/k8s\/v\/pvc-1"'/m);
  });

  it('prints the same plan as data', async () => {
    const { stdout } = await runCommand({ argv: ['plan', '--from', file, '-o', 'json'] });

    const plan = JSON.parse(stdout) as CleanupPlan;
    assert.deepEqual(
      plan.steps.map(({ action }) => action),
      [{ kind: 'deleteDataset', nas: 'nas01', target: 'tank/k8s/v/pvc-1' }],
    );
  });
});
