import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultInjector } from '../../src/simulate/faults.ts';
import { scanKey } from '../support/nas-state.ts';
import { DeathAt, openRotationBench, type RotationBench } from '../support/rotation-bench.ts';
import { useTemporaryFolder } from '../support/temporary-folder.ts';

const hourMs = 3_600_000;

/**
 * The program dies at every single call that it makes, once before the call arrives and once after it took effect. Each
 * time the key in the store must let somebody in, and the runs after it must end with one key: that one.
 */
describe('[I] rotation, interrupted at every call', function interrupted() {
  this.timeout(300_000);
  const folder = useTemporaryFolder();
  const open = (faults?: FaultInjector, after?: RotationBench) =>
    openRotationBench({
      ...{ store: 'kubernetes', file: folder.file },
      ...(faults !== undefined && { faults }),
      ...(after !== undefined && { after }),
    });

  for (const takesEffect of [false, true]) {
    it(`leaves a key that works, and the next runs finish: ${takesEffect ? 'the call took effect' : 'it did not arrive'}`, async () => {
      const left = new Set<string>();
      let at = 1;
      for (; ; at += 1) {
        const death = new DeathAt(at, takesEffect);
        const dying = await open(death);
        const { code } = await dying.run();
        const place = `call ${at}`;
        const key = await dying.stored();
        assert.ok(dying.lets(key), `${place}: the stored key works`);
        if (!death.hasStruck) {
          assert.equal(code, 0, place);
          assert.deepEqual(dying.keyIds().length, 1);
          await Promise.all([dying.close(), dying.vault.close()]);
          break;
        }
        assert.notEqual(code, 1, `${place}: ended without an unexpected error`);
        assert.ok(dying.lets(scanKey) || key !== scanKey, `${place}: the old key lives until the new one is stored`);
        left.add(`${dying.keyIds().length} keys, ${key === scanKey ? 'old' : 'new'} stored`);
        await dying.close();

        const next = await open(undefined, dying);
        await finish(next, place);
        await next.close();
      }
      assert.ok(at > 20, `only ${at} calls were seen`);
      assert.deepEqual(
        [...left].toSorted(),
        [
          ...(takesEffect ? ['1 keys, new stored'] : []), // nothing comes after the last call
          ...['1 keys, old stored', '2 keys, new stored', '2 keys, old stored'],
        ],
        'every state in between was met',
      );
    });
  }

  it('survives a real SIGKILL between storing the new key and deleting the old one', async () => {
    const bench = await open();
    bench.nas.faults.set([{ system: 'nas/nas01', call: 'api_key.delete', kind: 'hang' }]);
    const argv = ['src/main.ts', 'credentials', 'rotate', '--config', bench.configFile, '--apply'];
    const child = spawn(process.execPath, argv, { stdio: 'ignore' });
    const ended = once(child, 'exit');
    const struck = async () => {
      while (bench.nas.faults.firedCount() === 0 && child.exitCode === null) await sleep(10);
    };
    await Promise.race([struck(), ended]);
    child.kill('SIGKILL');
    const [, signal] = await ended;

    assert.equal(signal, 'SIGKILL');
    assert.ok(bench.lets(await bench.stored()) && bench.lets(scanKey));
    bench.nas.faults.set([]);
    bench.at = new Date(Math.max(Date.now(), bench.at.getTime()) + hourMs);
    await bench.run();
    const key = await bench.stored();
    assert.deepEqual(bench.keyIds(), [Number(key.split('-')[0])]);
    assert.ok(bench.lets(key) && key !== scanKey);
    await bench.close();
  });

  /** Right away a run must not harm anything; when the hour of a possible other run is over, it is tidy. */
  async function finish(bench: RotationBench, place: string): Promise<void> {
    const soon = await bench.run();
    assert.equal(soon.code, 0, `${place}: ${soon.stdout} ${soon.stderr}`);
    assert.ok(bench.lets(await bench.stored()), `${place}: the key works after the next run`);
    bench.at = new Date(bench.at.getTime() + 2 * hourMs);
    const later = await bench.run();
    assert.equal(later.code, 0, `${place}: ${later.stdout}`);
    const key = await bench.stored();
    assert.ok(bench.lets(key) && key !== scanKey, `${place}: a new key is stored`);
    assert.deepEqual(bench.keyIds(), [Number(key.split('-')[0])], `${place}: one key is left`);
  }
});
