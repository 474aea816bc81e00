import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { openLocalObjects } from '../../../src/history/local-objects.ts';
import { openHistoryOn } from '../../../src/history/store.ts';
import { silentLogger } from '../../../src/model/logger.ts';
import { assertWhole } from '../../support/history-consistency.ts';
import { refuseLink } from '../../support/linkless.ts';
import { sideBySide } from '../../support/side-by-side.ts';
import { useTemporaryFolder } from '../../support/temporary-folder.ts';
import { makeScan } from '../../support/victim-scans.ts';

const victim = join(import.meta.dirname, '..', '..', 'support', 'history-victim.ts');

interface End {
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
}

function runVictim(directory: string, action: string, killAt: number, links = ''): Promise<End> {
  const child = spawn(process.execPath, [victim, directory, action, String(killAt), links], {
    // What a killed process leaves among the temporary files goes with the folder of the test.
    env: { ...process.env, TMPDIR: dirname(directory) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  return new Promise((resolve) => child.on('close', (_, signal) => resolve({ signal, stdout })));
}

const before = ['first', 'second', 'third'];
const cases: readonly {
  readonly action: string;
  readonly start: readonly string[];
  readonly ends: readonly string[][];
}[] = [
  { action: 'append', start: [], ends: [[], ['victim']] },
  { action: 'append', start: before, ends: [before, [...before, 'victim']] },
  { action: 'compact', start: before, ends: [before] },
  { action: 'prune', start: before, ends: [before, ['third']] },
];

describe('[I] history killed with SIGKILL', function () {
  this.timeout(600_000);
  const folder = useTemporaryFolder();

  for (const { action, start, ends } of cases) {
    it(`loses no completed scan and leaves none half there: ${action} on ${start.length} scans, at every step`, async () => {
      const origin = folder.file(`${action}-${start.length}`);
      const store = await openHistoryOn(openLocalObjects(origin), { deployment: 'main', logger: silentLogger });
      for (const id of start) await store.append(makeScan(id));
      await store.close();
      const copy = (step: number): string => {
        const directory = folder.file(`${action}-${start.length}-${step}`);
        cpSync(origin, directory, { recursive: true, force: true });
        return directory;
      };
      if (start.length === 0) await import('node:fs').then(({ mkdirSync }) => mkdirSync(origin, { recursive: true }));
      const steps = Number((await runVictim(copy(0), action, 0)).stdout);
      assert.ok(steps >= 20, `only ${steps} steps were seen`);
      await assertWhole(openLocalObjects(folder.file(`${action}-${start.length}-0`)), ends.slice(-1), 'not killed');
      let killed = 0;
      await sideBySide(steps, async (step) => {
        const directory = copy(step);
        const { signal } = await runVictim(directory, action, step);
        if (signal === 'SIGKILL') killed += 1;
        await assertWhole(openLocalObjects(directory), ends, `${action} killed at step ${step} of ${steps}`);
      });
      assert.equal(killed, steps);
    });
  }

  for (const links of ['', 'linkless']) {
    it(`leaves a name free for the next writer, at every step of one put, ${links || 'with hard links'}`, async () => {
      const root = (step: number): string => folder.file(`put-${links}-${step}`);
      const steps = Number((await runVictim(root(0), 'put', 0, links)).stdout);
      assert.ok(steps >= 4, `only ${steps} steps were seen`);
      for (let step = 1; step <= steps; step += 1) {
        assert.equal((await runVictim(root(step), 'put', step, links)).signal, 'SIGKILL');
        const objects = openLocalObjects(root(step), links === 'linkless' ? { link: refuseLink } : {});
        const left = await objects.get('k/one');
        const outcome = await objects.putIfAbsent('k/one', Buffer.from('of the next'));
        const there = Buffer.from((await objects.get('k/one')) ?? []).toString();
        const what = `killed at step ${step} of ${steps}`;
        assert.deepEqual(
          [outcome, there],
          left === undefined ? ['created', 'of the next'] : ['exists', 'of the victim'],
          what,
        );
        assert.deepEqual(
          (await objects.list('')).map(({ key }) => key),
          ['k/one'],
          what,
        );
        await objects.sweepTemporary?.(new Date(Date.now() + 60_000));
        assert.deepEqual(await readdir(join(root(step), '.tmp')), [], what);
      }
    });
  }
});
