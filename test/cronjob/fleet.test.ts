import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Cron } from 'croner';
import { parse } from 'yaml';
import { findContradictions } from '../../src/config/cross-check.ts';
import { Config } from '../../src/config/schema.ts';
import { durationMs } from '../../src/util/duration.ts';

const cronjob = join(import.meta.dirname, '../../cronjob');
const read = (path: string) => parse(readFileSync(join(cronjob, path), 'utf8'));
const shares = read('components/fleet/cronjob-shares.yaml').spec;
const scan = read('base/cronjob-scan.yaml').spec;
const config = Config.parse(read('components/fleet/config.yaml'));

describe('[U] cronjob/fleet', () => {
  it('has a pod for each NAS and cluster of its config, which contradicts itself nowhere', () => {
    assert.equal(shares.jobTemplate.spec.completions, config.nas.length + config.clusters.length);
    assert.deepEqual(findContradictions(config), []);
  });

  it('gives every pod its index, and all of them the name of their Job', () => {
    const [container] = shares.jobTemplate.spec.template.spec.containers;

    assert.equal(shares.jobTemplate.spec.completionMode, 'Indexed');
    assert.deepEqual(container.args, ['collect', '--share', '--index', '$(JOB_COMPLETION_INDEX)']);
    assert.deepEqual(
      container.env.map(({ name }: { name: string }) => name),
      ['STRANDLINE_JOB_NAME'],
    );
  });

  it('a share that fails holds up none of the others', () => {
    const { backoffLimit, backoffLimitPerIndex, maxFailedIndexes, podFailurePolicy } = shares.jobTemplate.spec;
    const actions = podFailurePolicy.rules.map(({ action }: { action: string }) => action);

    assert.deepEqual([backoffLimit, backoffLimitPerIndex, maxFailedIndexes], [undefined, 1, undefined]);
    assert.deepEqual(actions, ['Ignore', 'FailIndex', 'Count']);
  });

  it('the join begins after the shares, waits until the last of them is over, and takes none of the night before', () => {
    const noon = new Date('2026-11-23T12:00:00Z');
    const next = ({ schedule, timeZone }: { schedule: string; timeZone: string }) =>
      new Cron(schedule, { timezone: timeZone }).nextRun(noon)?.getTime() ?? 0;
    const aheadMs = next(scan) - next(shares);
    const [waitMs, maxAgeMs] = [durationMs(config.limits.shareWait), durationMs(config.limits.shareMaxAge)];

    assert.ok(aheadMs > 0, String(aheadMs));
    assert.ok(shares.jobTemplate.spec.activeDeadlineSeconds * 1000 <= aheadMs + waitMs);
    assert.ok(maxAgeMs > aheadMs + waitMs && maxAgeMs < 86_400_000 - aheadMs - waitMs);
    assert.ok(waitMs < scan.jobTemplate.spec.activeDeadlineSeconds * 1000);
  });
});
