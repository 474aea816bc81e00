import assert from 'node:assert/strict';
import { failedCluster } from '../../src/collect/kubernetes/index.ts';
import { failedInventory } from '../../src/collect/truenas/collect.ts';
import { Config } from '../../src/config/schema.ts';
import { toJudgeOptions } from '../../src/config/to-options.ts';
import { toNasTargets } from '../../src/config/to-targets.ts';
import type { SectionError } from '../../src/model/collected.ts';
import { silentLogger } from '../../src/model/logger.ts';
import { recallSeries, type ScanPorts, scan } from '../../src/run/scan.ts';
import { noMemory } from '../support/judge-estate.ts';

const now = () => new Date('2026-11-23T02:00:00Z');
const error: SectionError = { code: 'timeout', message: 'no answer' };
const config = Config.parse({
  clusters: [{ name: 'prod' }],
  nas: [{ name: 'nas01', url: 'https://10.9.0.5', apiKeyFile: '/run/secrets/key' }],
});

const deps = {
  logger: silentLogger,
  now,
  scanId: 'scan-1',
  runId: 'run-1',
  signal: new AbortController().signal,
  progress: () => {},
};

describe('[U] run/scan', () => {
  it('asks history, NASes and clusters at the same time', async () => {
    const everybodyAsked = Promise.withResolvers<void>();
    const asked = new Set<string>();
    const answer = async <T>(who: string, value: T): Promise<T> => {
      asked.add(who);
      if (asked.size === 3) everybodyAsked.resolve();
      await everybodyAsked.promise; // whoever waits for another's answer waits for ever
      return value;
    };
    const [target] = toNasTargets(config);
    assert.ok(target !== undefined);
    const readAgain = async () => [];
    const ports: ScanPorts = {
      userRules: [],
      tool: { name: 'strandline', version: '0.0.0' },
      nases: [{ name: 'nas01', collect: () => answer('nas', failedInventory(target, error, now)), readAgain }],
      clusters: [{ name: 'prod', collect: () => answer('cluster', failedCluster('prod', error, now)), readAgain }],
      history: {
        recall: () => answer('history', noMemory),
        append: async () => undefined,
        series: async () => undefined,
      },
    };

    const { result } = await scan(config, toJudgeOptions(config), ports, deps);

    assert.deepEqual([...asked].sort(), ['cluster', 'history', 'nas']);
    assert.equal(result.scan.complete, false);
    assert.deepEqual(result.findings, []);
  });

  it('asks for the readings of the window of trends before it, in days of the zone; for none without a memory', async () => {
    const periods: unknown[] = [];
    const history: ScanPorts['history'] = {
      recall: async () => noMemory,
      append: async () => undefined,
      series: async (period) => {
        periods.push(period);
        return undefined;
      },
    };
    const when = { startedAt: now(), timeZone: 'Europe/Berlin' };
    await recallSeries(history, noMemory, [], when);
    await recallSeries(history, { ...noMemory, state: 'ready' }, [], when);
    const window = { from: '2026-08-24T02:00:00.000Z', to: '2026-11-23T02:00:00.000Z' };
    assert.deepEqual(periods, [{ ...window, timeZone: 'Europe/Berlin', current: [] }]);
  });
});
