import assert from 'node:assert/strict';
import { join } from 'node:path';
import { tryRun } from '../e2e/cluster/exec.ts';
import { invariants } from './invariants.ts';
import { troubleKinds } from './plan.ts';
import { type Month, runMonth } from './run-month.ts';

/** MONTH_SEEDS: how many months (default 20); MONTH_FROM: the first seed (default 1). Odd ones remember in a folder. */
const count = Number(process.env['MONTH_SEEDS'] ?? 20);
const first = Number(process.env['MONTH_FROM'] ?? 1);
/** MONTH_PODS=1: the last month runs in real pods. Default: only when there are 20. */
const isInPods = (process.env['MONTH_PODS'] ?? (count >= 20 ? '1' : '0')) === '1';

describe('[M] month: 30 nights of a living estate', function monthSuite() {
  this.timeout(1_200_000);

  it('runs at least one month', () => {
    assert.ok(count >= 1, 'MONTH_SEEDS must be a number above 0');
  });

  for (let seed = first; seed < first + count; seed += 1) {
    if (isInPods && seed === first + count - 1) continue;
    it(`seed ${seed}: no night breaks an invariant`, async () => judge(await timed(() => runMonth({ seed }))));
  }

  if (isInPods) {
    const seed = first + count - 1;
    it(`seed ${seed}, in real pods: no night breaks an invariant`, async function inPods() {
      this.timeout(3_600_000);
      const setUp = await tryRun(process.execPath, [join(import.meta.dirname, '../e2e/setup.ts')]);
      if (setUp.code === 77) {
        process.stdout.write(`      ${setUp.stdout}`);
        this.skip();
      }
      assert.equal(setUp.code, 0, setUp.stderr);
      const { runnerInPods } = await import('./pods.ts');
      const runner = await runnerInPods();

      judge(await timed(() => runMonth({ seed, runner })));
    });
  }
});

async function timed(run: () => Promise<Month>): Promise<Month> {
  const startedAtMs = performance.now();
  const month = await run();
  process.stdout.write(describeMonth(month, performance.now() - startedAtMs));
  return month;
}

function judge(month: Month): void {
  assert.deepEqual(month.ledger.violations, [], `seed ${month.seed}`);
  assert.deepEqual(month.releases, ['24.10', '26']);
  assert.equal(month.clusters, 2);
  assert.ok(month.findings.confirmed > 0 && month.findings.resolved > 0, 'nothing was confirmed, or resolved');
  const unmet = troubleKinds.filter((kind) => (month.met.get(kind) ?? 0) === 0);
  assert.deepEqual(unmet, [], 'troubles that no run met');
  for (const name of invariants) assert.ok((month.ledger.checked.get(name) ?? 0) > 0, `${name}: never looked at`);
}

function describeMonth(month: Month, durationMs: number): string {
  const list = (counts: Iterable<readonly [string, number]>) =>
    [...counts].map(([name, times]) => `${name} ${times}`).join(', ');
  const { told, confirmed, resolved } = month.findings;
  const heap = month.heapMb.map((mb) => Math.round(mb));
  return [
    `seed ${month.seed}: ${month.nights} nights, ${month.attempts} runs, ${Math.round(durationMs / 1000)} s`,
    `  exit codes: ${list(month.exitCodes)}`,
    `  troubles met: ${list(month.met)}`,
    `  findings: ${told} told, ${confirmed} confirmed, ${resolved} resolved; mails: ${month.mails}`,
    `  memory: ${Math.min(...heap)} to ${Math.max(...heap)} MB`,
    `  looked at: ${list(month.ledger.checked)}; broken: ${month.ledger.violations.length}`,
    '',
  ]
    .map((line) => `      ${line}`)
    .join('\n');
}
