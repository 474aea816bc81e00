import assert from 'node:assert/strict';
import type { HistoryUpkeep } from '../../src/run/ports.ts';
import { runCommand } from '../support/run-command.ts';

function fakeHistory(damaged: readonly { name: string; because: string }[]) {
  const calls: unknown[] = [];
  const note = (name: string) => async (argument?: unknown) => {
    calls.push([name, argument]);
    return { damaged };
  };
  const store = Object.fromEntries(
    ['ls', 'verify', 'compact', 'prune', 'exportTo', 'importFrom', 'close'].map((name) => [name, note(name)]),
  );
  return { calls, openHistory: async () => store as unknown as HistoryUpkeep };
}

describe('[U] cli/commands/history', () => {
  it('calls what was asked for, with the retention of the config, and closes the store', async () => {
    const { calls, openHistory } = fakeHistory([]);
    const ran = await runCommand({ argv: ['history', 'prune'], ports: { openHistory } });
    assert.equal(ran.code, 0, ran.stderr);
    assert.deepEqual(calls, [
      ['prune', { retentionDays: 400 }],
      ['close', undefined],
    ]);
  });

  it('compacts before it prunes, in the upkeep of a month', async () => {
    const { calls, openHistory } = fakeHistory([]);
    const ran = await runCommand({ argv: ['history', 'upkeep'], ports: { openHistory } });
    assert.equal(ran.code, 0, ran.stderr);
    assert.deepEqual(calls, [
      ['compact', undefined],
      ['prune', { retentionDays: 400 }],
      ['close', undefined],
    ]);
  });

  it('hands the folder of an export on', async () => {
    const { calls, openHistory } = fakeHistory([]);
    await runCommand({ argv: ['history', 'export', '/some/folder'], ports: { openHistory } });
    assert.deepEqual(calls[0], ['exportTo', '/some/folder']);
  });

  it('names damaged parts and ends with the exit code of history', async () => {
    const { openHistory } = fakeHistory([{ name: 'pools/x.parquet', because: 'it is cut off' }]);
    const ran = await runCommand({ argv: ['history', 'verify'], ports: { openHistory } });
    assert.equal(ran.code, 4);
    assert.match(ran.stdout, /pools\/x\.parquet/);
  });
});
