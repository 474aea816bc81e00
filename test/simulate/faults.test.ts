import assert from 'node:assert/strict';
import { CallLog } from '../../src/simulate/call-log.ts';
import { type Fault, FaultInjector, halfOf } from '../../src/simulate/faults.ts';

const fault: Fault = { system: 'nas/a', call: 'pool.query', kind: 'serverError' };

describe('[U] simulate/faults', () => {
  it('fires on the named call of the named system only', () => {
    const faults = new FaultInjector([fault]);

    assert.equal(faults.take('nas/b', 'pool.query'), undefined);
    assert.equal(faults.take('nas/a', 'alert.list'), undefined);
    assert.equal(faults.take('nas/a', 'pool.query'), fault);
    assert.equal(faults.firedCount(fault), 1);
  });

  it('fires as often as asked and no more', () => {
    const faults = new FaultInjector([{ ...fault, times: 2 }]);

    const taken = [1, 2, 3].map(() => faults.take('nas/a', 'pool.query')?.kind);

    assert.deepEqual(taken, ['serverError', 'serverError', undefined]);
    assert.equal(faults.firedCount(), 2);
  });

  it('keeps faults of the connection apart from faults of a call', () => {
    const refuse: Fault = { system: '*', call: '*', kind: 'refuse', times: 1 };
    const faults = new FaultInjector([refuse]);

    assert.equal(faults.take('nas/a', 'pool.query'), undefined);
    assert.equal(faults.isArmed('nas/a', 'refuse'), true);
    assert.equal(faults.takeConnection('nas/a', 'refuse'), refuse);
    assert.equal(faults.isArmed('nas/a', 'refuse'), false);
  });

  it('a latency lasts as long as it says, or until the faults are replaced', async () => {
    const slow: Fault = { ...fault, kind: 'latency', delayMs: 30 };
    const faults = new FaultInjector([slow]);
    const startedMs = performance.now();
    const holding = setTimeout(() => {}, 1000); // the delay itself keeps no process alive
    await faults.delay(slow);
    const tookMs = performance.now() - startedMs;
    const endless = faults.delay({ ...slow, delayMs: 2 ** 31 - 1 });
    faults.set([]);
    await endless;
    clearTimeout(holding);

    assert.ok(tookMs >= 29, `${tookMs} ms`);
  });

  it('leaves out at least one item of a half page', () => {
    assert.equal(halfOf(fault, 1), 0);
    assert.equal(halfOf(fault, 5), 2);
    assert.equal(halfOf({ ...fault, afterItems: 9 }, 5), 4);
  });
});

describe('[U] simulate/call-log', () => {
  it('lists each call once, in order of first use', () => {
    const log = new CallLog();
    log.add('nas/a', 'pool.query', 'ok');
    log.add('cluster/c', '/api/v1/pods', 200);
    log.add('nas/a', 'pool.query', 'ok');

    assert.deepEqual(log.calls(), [
      { system: 'nas/a', call: 'pool.query' },
      { system: 'cluster/c', call: '/api/v1/pods' },
    ]);
    assert.equal(log.records.length, 3);
    assert.equal(log.calls('nas/a').length, 1);
  });
});
