// The configuration of one round: `correlate` meets its own direct tests, a check the golden file of its own words, and
// neither any other test.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const [round] = process.argv.slice(2);
const quick = JSON.parse(readFileSync(join(import.meta.dirname, 'stryker.config.json'), 'utf8'));
const { incrementalFile: _, ...rest } = quick;
const isCorrelate = round === 'correlate';
const mochaOptions = isCorrelate
  ? { 'no-package': true, spec: ['test/correlate/!(links|generated-links).test.ts'] }
  : { 'no-package': true, spec: ['test/orphans/drafts.test.ts'], grep: `every word of a draft ${round} says` };
const config = {
  ...rest,
  mochaOptions,
  mutate: [isCorrelate ? 'src/correlate/**/*.ts' : `src/orphans/${round}.ts`],
  jsonReporter: { fileName: isCorrelate ? 'reports/correlate.json' : `reports/words-${round}.json` },
  incremental: false,
};
process.stdout.write(`${JSON.stringify(config, null, 2)}\n`);
