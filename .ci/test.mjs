// `npm test`: type check, lint, format check and the unit, wire, golden, architecture and docs tests, in that order,
// all of them even when one fails. `--suite=integration`, `--suite=e2e` and `--suite=month` run those tests alone.
// Ends with the plain line `N passed, N failed`; a suite that ran no test has failed.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const suites = {
  unit: [],
  integration: ['--no-package', '--forbid-only', '--timeout', '300000', 'test/integration/**/*.test.ts'],
  month: ['--no-package', '--forbid-only', '--timeout', '600000', 'test/month/*.test.ts'],
  e2e: ['--no-package', '--forbid-only', '--timeout', '600000', 'test/e2e/cluster/*.test.ts', 'test/e2e/*.test.ts'],
};

const [first, ...others] = process.argv.slice(2);
const named = first?.startsWith('--suite=') ? first.slice('--suite='.length) : undefined;
const suite = named ?? 'unit';
const selection = named === undefined ? process.argv.slice(2) : others;

let passed = 0;
let failed = 0;
let skipped = 0;

function step(name, command, args) {
  process.stdout.write(`\n== ${name}\n`);
  const { status } = spawnSync(command, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, TZ: 'UTC' },
  });
  return status;
}

function count(status) {
  if (status === 0) passed += 1;
  else failed += 1;
}

if (suite === 'unit') {
  count(step('types', 'tsc', []));
  count(step('lint and format', 'biome', ['check', '.']));
}

if (suite === 'integration' && step('set-up', 'bash', ['test/integration/setup.sh']) !== 0) failed += 1;
if (suite === 'e2e') {
  const prepared = step('set-up', 'node', ['test/e2e/setup.ts']);
  if (prepared === 77) {
    process.stdout.write('\n0 passed, 0 failed, 1 skipped\n');
    process.exit(0);
  }
  if (prepared === 0)
    process.env.STRANDLINE_E2E_IMAGE ??= 'localhost/strandline:e2e'; // built just now
  else failed += 1;
}

const scratch = mkdtempSync(join(tmpdir(), 'strandline-test-'));
const report = join(scratch, 'mocha.json');
const reporter = ['--reporter', '.ci/mocha-reporter.cjs', '--reporter-option', `output=${report}`];
const status = step(`${suite} tests`, 'mocha', [...reporter, ...suites[suite], ...selection]);
try {
  const stats = JSON.parse(readFileSync(report, 'utf8'));
  passed += stats.passes;
  failed += stats.failures;
  skipped = stats.pending;
  if (stats.passes + stats.failures === 0) failed += 1;
} catch {
  failed += 1;
}
if (status !== 0 && failed === 0) failed += 1;
rmSync(scratch, { recursive: true, force: true });
process.stdout.write(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
process.exitCode = failed === 0 ? 0 : 1;
