import assert from 'node:assert/strict';
import { Config } from '../../src/config/schema.ts';
import { silentLogger } from '../../src/model/logger.ts';
import { keepSchedule } from '../../src/server/scans/keep-schedule.ts';
import type { ScanEnd } from '../../src/server/scans/scanner.ts';
import { createSchedule } from '../../src/server/scans/schedule.ts';
import { makeResult } from '../support/make-result.ts';
import { type Service, startService } from '../support/serve.ts';

interface Scan {
  readonly id: string;
  readonly state: string;
  readonly step?: string;
  readonly problems: readonly unknown[];
}

describe('[U] server/scans', () => {
  let finish: (end: ScanEnd | Error) => void = () => {};
  let service: Service;
  beforeEach(async () => {
    service = await startService({
      runScan: (_id, onStep, signal) =>
        new Promise((resolve, reject) => {
          onStep('judging');
          finish = (end) => (end instanceof Error ? reject(end) : resolve(end));
          signal.addEventListener('abort', () => reject(new Error('abandoned')));
        }),
    });
  });
  afterEach(() => service.close());

  const post = () => service.get('/api/v1/scans', { method: 'POST' });
  const read = async (path: string): Promise<Scan> => (await (await service.get(path)).json()) as Scan;

  it('starts one with 202 and says where to look', async () => {
    const answer = await post();
    const location = answer.headers.get('location') ?? '';

    assert.equal(answer.status, 202);
    assert.equal((await read(location)).state, 'running');
    assert.equal((await read(location)).step, 'judging');
    finish({ result: makeResult(), problems: [] });
    await untilState(location, 'done');
  });

  it('answers 409 while one runs here', async () => {
    const answers = await Promise.all([post(), post(), post()]);

    assert.deepEqual(answers.map(({ status }) => status).toSorted(), [202, 409, 409]);
  });

  it('answers 409 while one runs in another replica, and 202 once it has ended', async () => {
    service.lockElsewhere(true);
    const locked = await post();
    service.lockElsewhere(false);

    assert.equal(locked.status, 409);
    assert.equal((await post()).status, 202);
  });

  it('a scan that fails is told so, the last result stays, and the next one may start', async () => {
    const location = (await post()).headers.get('location') ?? '';
    finish(new Error('out of memory'));
    await untilState(location, 'failed');

    const seenBy = async (as: string) => ((await (await service.get(location, { as })).json()) as Scan).problems;
    assert.equal((await seenBy('admin')).length, 1);
    assert.equal((await seenBy('shop')).length, 0);
    assert.equal((await service.get('/api/v1/findings')).status, 200);
    assert.equal((await post()).status, 202);
  });

  it('SIGTERM abandons the scan, and takes no other', async () => {
    await post();
    service.abort();

    await service.ended;
  });

  async function untilState(location: string, state: string): Promise<void> {
    for (let tries = 0; tries < 200; tries += 1) {
      if ((await read(location)).state === state) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.fail(`never ${state}`);
  }
});

describe('[U] server/schedule', () => {
  const at = (time: string) => new Date(time);

  it('follows cron in the time zone of reports, also when the clocks change', () => {
    const config = Config.parse({ serve: { schedule: '0 2 * * *' }, report: { timeZone: 'Europe/Berlin' } });
    const { next } = createSchedule(config);

    assert.equal(next(at('2026-10-23T12:00:00Z'))?.toISOString(), '2026-10-24T00:00:00.000Z');
    assert.equal(next(at('2026-10-25T12:00:00Z'))?.toISOString(), '2026-10-26T01:00:00.000Z');
  });

  it('means the same times in every replica when there is an interval', () => {
    const { next } = createSchedule(Config.parse({ serve: { interval: '6h' } }));

    assert.equal(next(at('2026-11-25T01:23:45Z'))?.toISOString(), '2026-11-25T06:00:00.000Z');
    assert.equal(next(at('2026-11-25T06:00:00Z'))?.toISOString(), '2026-11-25T12:00:00.000Z');
  });

  it('has nothing to do without either', () => {
    assert.equal(createSchedule(Config.parse({})).next(at('2026-11-25T01:00:00Z')), undefined);
  });

  describe('several replicas', () => {
    /** Replicas of one service: one history, one lock, and scans that the first one does not live to end. */
    async function run({ dies }: { readonly dies: boolean }): Promise<readonly string[]> {
      const scans: { id: string; runId: string; startedAt: string; finishedAt: string; complete: boolean }[] = [];
      const scanned: string[] = [];
      let holder: string | undefined;
      const stop = new AbortController();
      const dueAt = new Date('2026-11-25T02:00:00Z');
      let isFirst = true;
      const replica = (name: string) => {
        let asked = 0;
        return keepSchedule({
          schedule: {
            next: () => (++asked === 1 ? dueAt : undefined),
            isDone: (due, newest) => newest !== undefined && Date.parse(newest) >= due.getTime(),
          },
          scanner: {
            start: async () => {
              if (holder !== undefined) return undefined;
              holder = name;
              scanned.push(name);
              return { id: name, trigger: 'schedule', startedAt: '', state: 'running', problems: [] };
            },
            settled: async () => {
              await new Promise((resolve) => setTimeout(resolve, 30));
              const isDead = dies && isFirst;
              isFirst = false;
              holder = undefined;
              if (isDead) return;
              const startedAt = new Date(dueAt.getTime() + 1).toISOString();
              scans.push({ id: name, runId: name, startedAt, finishedAt: startedAt, complete: true });
            },
          },
          scans: async () => scans,
          now: () => dueAt,
          ...{ jitterMs: 0, pollMs: 5, random: () => 0, signal: stop.signal, log: silentLogger },
        });
      };
      await Promise.all([replica('a'), replica('b'), replica('c')]);
      return scanned;
    }

    it('scan once', async () => {
      assert.equal((await run({ dies: false })).length, 1);
    });

    it('scan again when the first one died', async () => {
      const scanned = await run({ dies: true });

      assert.equal(scanned.length, 2);
      assert.notEqual(scanned[0], scanned[1]);
    });
  });
});
