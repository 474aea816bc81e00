import assert from 'node:assert/strict';
import type { CliIo } from '../../src/cli/io.ts';
import { watching } from '../../src/cli/watch.ts';
import { ConfigError } from '../../src/errors.ts';

function makeIo(signal: AbortSignal, isTerminal: boolean) {
  const written: string[] = [];
  const screen = { write: (text: string) => void written.push(text), isTerminal };
  const io: CliIo = {
    env: {},
    cwd: '/',
    stdout: screen,
    stderr: screen,
    now: () => new Date('2026-11-23T05:00:00Z'),
    signal,
    signalNumber: () => undefined,
    loadPorts: () => Promise.reject(new Error('not here')),
  };
  return { io, written };
}

describe('[U] cli/watch', () => {
  it('prints once when it is not asked to watch', async () => {
    const { io, written } = makeIo(new AbortController().signal, true);

    await watching(io, async (screen) => {
      screen.stdout.write('answer\n');
      return ['findings'];
    })({ output: 'table' });

    assert.deepEqual(written, ['answer\n']);
  });

  for (const [isTerminal, before] of [
    [true, '\x1b[H\x1b[2J'],
    [false, ''],
  ] as const) {
    it(`prints round after round until the signal comes, ${isTerminal ? 'on a fresh screen' : 'piped'}`, async () => {
      const stop = new AbortController();
      const { io, written } = makeIo(stop.signal, isTerminal);
      let rounds = 0;

      const outcomes = await watching(io, async (screen) => {
        rounds += 1;
        screen.stdout.write(`round ${rounds}\n`);
        screen.stdout.write('end\n');
        if (rounds === 2) stop.abort();
        return ['incomplete'];
      })({ output: 'table', watch: '1s' });

      const time = '2026-11-23T05:00:00Z\n';
      assert.deepEqual(written, [`${before}${time}round 1\n`, 'end\n', `${before}${time}round 2\n`, 'end\n']);
      assert.deepEqual(outcomes, ['incomplete']);
    });
  }

  it('is refused for what other programs read', async () => {
    const { io } = makeIo(new AbortController().signal, false);

    await assert.rejects(watching(io, async () => [])({ output: 'json', watch: '60s' }), ConfigError);
  });
});
