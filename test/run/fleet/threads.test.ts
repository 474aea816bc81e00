import assert from 'node:assert/strict';
import { Config } from '../../../src/config/schema.ts';
import { openLocalObjects } from '../../../src/history/local-objects.ts';
import { putShare } from '../../../src/history/shares.ts';
import { silentLogger } from '../../../src/model/logger.ts';
import type { Share } from '../../../src/model/share.ts';
import type { RunOutcome } from '../../../src/run/ports.ts';
import { wirePorts } from '../../../src/run/wire.ts';
import type { FleetTuning } from '../../../src/run/wire-fleet.ts';
import { sharesOf } from '../../support/join-fleet.ts';
import { makeFleet } from '../../support/make-fleet.ts';
import { useTemporaryFolder } from '../../support/temporary-folder.ts';

const now = new Date('2026-11-23T03:00:00Z');

/** Shares in a folder, history beside them, and threads: what a large fleet runs on, with a small one. */
describe('[I] run/wire-fleet: threads', function () {
  this.timeout(120_000);
  const folder = useTemporaryFolder();
  const fleet = makeFleet(4, { groups: 5, volumesEach: 50 });

  async function join(name: string, tuning: FleetTuning, shares = sharesOf(fleet.inventory)): Promise<RunOutcome> {
    const dir = folder.file(name);
    const objects = openLocalObjects(dir);
    for (const share of shares) await putShare(objects, share);
    const nas = (fleet.config['nas'] as object[]).map((one) => ({ ...one, apiKey: 'not-used' }));
    const config = Config.parse({ ...fleet.config, nas, history: { dir }, lock: { enabled: false } });
    const signal = new AbortController().signal;
    const deps = { logger: silentLogger, now: () => now, scanId: name, runId: 'night', signal, progress: () => {} };
    return wirePorts({ fleet: tuning }).joinShares(config, deps);
  }

  it('says the same in two threads that judge several parts each as in none', async () => {
    const here = await join('here', { partItems: 1, threadItems: Number.MAX_SAFE_INTEGER });
    const threads = await join('threads', { partItems: 1, threadItems: 0 });

    const told = ({ result: { findings, usage, checks, validation } }: RunOutcome) => ({
      ...{ findings, usage, checks, validation },
    });
    assert.ok(here.result.findings.length > 20, String(here.result.findings.length));
    assert.deepEqual(told(threads), told(here));
    assert.deepEqual(threads.problems, here.problems);
  });

  it('ends with what went wrong in a thread', async () => {
    const [first, ...others] = sharesOf(fleet.inventory);
    const nameless = { ...first, inventory: { ...first?.inventory, name: 5 } } as unknown as Share;

    await assert.rejects(join('broken', { partItems: 1, threadItems: 0 }, [nameless, ...others]), /holds no inventory/);
  });
});
