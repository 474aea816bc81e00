import assert from 'node:assert/strict';
import type { SourceId } from '../../../src/model/collected.ts';
import { silentLogger } from '../../../src/model/logger.ts';
import { awaitShares } from '../../../src/run/fleet/await-shares.ts';

const sources: readonly SourceId[] = ['nas/nas01', 'cluster/prod'];

/** A share that is there from the `after`-th look on; notes who was looked for. */
function shelf(after: Readonly<Record<string, number>>) {
  const looks: SourceId[] = [];
  return {
    looks,
    isThere: async (source: SourceId) => {
      looks.push(source);
      return looks.filter((one) => one === source).length >= (after[source] ?? Number.POSITIVE_INFINITY);
    },
  };
}

function deps(signal = new AbortController().signal) {
  const said: { readonly missing: readonly string[]; readonly message: string }[] = [];
  const note = (fields: object, message: string) => {
    said.push({ missing: Reflect.get(fields, 'missing') as readonly string[], message });
  };
  const logger = { ...silentLogger, info: note, warn: note } as typeof silentLogger;
  return { said, logger, progress: () => {}, signal };
}

describe('[U] run/fleet/await-shares', () => {
  it('looks again for what is missing alone, and goes on at once when nothing is', async () => {
    const { looks, isThere } = shelf({ 'nas/nas01': 1, 'cluster/prod': 3 });
    const run = deps();

    await awaitShares({ sources, isThere, longest: '1h', pollMs: 1 }, run);

    assert.deepEqual(looks, ['nas/nas01', 'cluster/prod', 'cluster/prod', 'cluster/prod']);
    assert.deepEqual(run.said, [{ missing: ['cluster/prod'], message: 'waiting for shares' }]);
  });

  it('goes on without what did not come in time, and says who that is', async () => {
    const run = deps();

    await awaitShares({ sources, isThere: shelf({ 'nas/nas01': 2 }).isThere, longest: '1s', pollMs: 400 }, run);

    assert.deepEqual(run.said.at(-1), {
      missing: ['cluster/prod'],
      message: 'shares are missing: going on without them',
    });
  });

  it('looks for nobody when it shall not wait', async () => {
    const { looks, isThere } = shelf({});
    const run = deps();

    await awaitShares({ sources, isThere, longest: '0s', pollMs: 1 }, run);

    assert.deepEqual([looks, run.said], [[], []]);
  });

  it('stops when the run is told to', async () => {
    const stop = new AbortController();
    const waiting = awaitShares(
      { sources, isThere: shelf({}).isThere, longest: '1h', pollMs: 60_000 },
      deps(stop.signal),
    );
    setTimeout(() => stop.abort(new Error('told to stop')), 20);

    await assert.rejects(waiting, /told to stop/);
  });
});
