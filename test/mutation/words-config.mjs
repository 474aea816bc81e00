// The configuration of the run in which a detector meets the golden file of its own words, and no other test.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const [check] = process.argv.slice(2);
const quick = JSON.parse(readFileSync(join(import.meta.dirname, 'stryker.config.json'), 'utf8'));
const mochaOptions = {
  'no-package': true,
  spec: ['test/orphans/drafts.test.ts'],
  grep: `every word of a draft ${check} says`,
};
const jsonReporter = { fileName: `reports/words-${check}.json` };
const { thresholds: _, incrementalFile: _file, ...rest } = quick;
process.stdout.write(`${JSON.stringify({ ...rest, mochaOptions, jsonReporter, incremental: false }, null, 2)}\n`);
