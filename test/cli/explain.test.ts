import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { demoEstate } from '../../fixtures/estates/demo/demo.ts';
import { toInventory } from '../support/estate-to-inventory.ts';
import { makePlanResult } from '../support/make-plan-result.ts';
import { runCommand } from '../support/run-command.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

describe('[U] cli/commands/explain', () => {
  const folder = useTemporaryFolder();
  const inventory = toInventory(demoEstate());
  const file = folder.file('inventory.json');
  writeFileSync(file, JSON.stringify(inventory));

  it('tells of a dataset from a collected inventory', async () => {
    const { datasets } = inventory.nases[0]?.sections ?? {};
    const name = datasets?.ok === true ? (datasets.items.find((each) => each.name.includes('pvc-'))?.name ?? '') : '';

    const { stdout, stderr } = await runCommand({ argv: ['explain', name, '--from', file] });

    assert.equal(stdout.includes(name), true, stderr);
    assert.match(stdout, /What the checks say:/);
  });

  it('says of a finding that it is ignored, why, by whom and until when', async () => {
    const { truth, now } = demoEstate();
    const orphan = truth.findings.find(({ check }) => check === 'backend-without-volume')?.name ?? '';
    const config = folder.file('ignoring.json');
    const rule = { resource: orphan, reason: 'audit', owner: 'ada', until: '2099-01-31' };
    writeFileSync(config, JSON.stringify({ ignore: [rule] }));

    const { stdout, stderr } = await runCommand({
      argv: ['explain', orphan, '--from', file, '--config', config],
      now,
    });

    assert.match(stdout, /backend-without-volume.*It is ignored: audit, ada, until 2099-01-31\./s, stderr);
  });

  it('refuses a result, which does not hold what stands where', async () => {
    const result = folder.file('result.json');
    writeFileSync(result, JSON.stringify(makePlanResult([])));

    const { code, stderr } = await runCommand({ argv: ['explain', 'x', '--from', result] });

    assert.equal(code, 2);
    assert.match(stderr, /holds a result/);
  });
});
